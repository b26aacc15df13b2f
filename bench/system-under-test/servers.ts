import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { z } from 'zod';

const environment = z.object({
  BENCH_DATABASE_URL: z.url(),
  BENCH_DATABASE_VERSION: z.string(),
  BENCH_DATABASE_PID: z.coerce.number().optional(),
  BENCH_BROKER_URL: z.url(),
  BENCH_BROKER_VERSION: z.string(),
  BENCH_BROKER_PID: z.coerce.number().optional(),
  BENCH_BROKER_MANAGEMENT_URL: z.url(),
});

/** The database server and the broker that are used, and their processes where those are on this machine. */
export interface Servers {
  readonly databaseUrl: string;
  readonly brokerUrl: string;
  readonly managementUrl: string;
  readonly versions: { readonly database: string; readonly broker: string };
  readonly pids: { readonly database?: number; readonly broker?: number };
}

/** @throws when the benchmark was not started by scripts/bench.mjs. */
export function serversFrom(variables: NodeJS.ProcessEnv): Servers {
  const found = environment.safeParse(variables);
  if (!found.success) throw new Error('the benchmark is started with `npm run bench`');
  const { data } = found;
  return {
    databaseUrl: data.BENCH_DATABASE_URL,
    brokerUrl: data.BENCH_BROKER_URL,
    managementUrl: data.BENCH_BROKER_MANAGEMENT_URL,
    versions: { database: data.BENCH_DATABASE_VERSION, broker: data.BENCH_BROKER_VERSION },
    pids: { database: data.BENCH_DATABASE_PID, broker: data.BENCH_BROKER_PID },
  };
}

/** Empty databases and a virtual host that nobody else has. */
export interface Places {
  readonly databases: Readonly<Record<DatabaseName, string>>;
  readonly brokerUrl: string;
  drop(): Promise<void>;
}

const databaseNames = ['orders', 'ordersRead', 'inventory', 'payments'] as const;
type DatabaseName = (typeof databaseNames)[number];

export async function makePlaces(servers: Servers): Promise<Places> {
  const suffix = randomBytes(3).toString('hex');
  const nameOf = (database: DatabaseName): string => `bench_${database.toLowerCase()}_${suffix}`;
  await onServer(
    servers,
    (name) => `CREATE DATABASE ${name} CHARACTER SET utf8mb4`,
    databaseNames.map(nameOf),
  );
  const virtualHost = `bench-${suffix}`;
  const { username } = new URL(servers.managementUrl);
  await manage(servers, 'PUT', `/api/vhosts/${virtualHost}`);
  await manage(servers, 'PUT', `/api/permissions/${virtualHost}/${username}`, {
    configure: '.*',
    write: '.*',
    read: '.*',
  });
  const urlOf = (url: string, path: string): string => Object.assign(new URL(url), { pathname: path }).href;
  return {
    databases: Object.fromEntries(
      databaseNames.map((name) => [name, urlOf(servers.databaseUrl, `/${nameOf(name)}`)]),
    ) as Places['databases'],
    brokerUrl: urlOf(servers.brokerUrl, `/${virtualHost}`),
    drop: async () => {
      await onServer(servers, (name) => `DROP DATABASE ${name}`, databaseNames.map(nameOf));
      await manage(servers, 'DELETE', `/api/vhosts/${virtualHost}`);
    },
  };
}

async function onServer(
  { databaseUrl }: Servers,
  statement: (name: string) => string,
  names: readonly string[],
): Promise<void> {
  const server = await createConnection({ uri: databaseUrl });
  try {
    for (const name of names) await server.query(statement(name));
  } finally {
    await server.end();
  }
}

async function manage(servers: Servers, method: string, path: string, body?: object): Promise<void> {
  const { username, password, origin } = new URL(servers.managementUrl);
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  const response = await fetch(new URL(path, origin), {
    method,
    headers: { authorization: `Basic ${credentials.toString('base64')}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
}
