import { randomBytes } from 'node:crypto';
import { createConnection, type Connection } from 'mysql2/promise';
import { createUsers, usersOf } from '../../scripts/lib/create-users.mjs';

export interface TestDatabases {
  /** URL of the database that this test knows by `name`, for the test, who may do everything. */
  url(name: string): string;
  /** What a service is told of it: its own user, who may change rows, and the one who migrates. */
  settings(name: string, setting?: string): Record<string, string>;
  drop(): Promise<void>;
}

/** URL of the server that tests may create databases on, with the rights to do so. */
export function testServerUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url) throw new Error('TEST_DATABASE_URL is not set: run the tests with "npm test"');
  return url;
}

/** Empty databases under names that no other test has; `drop` takes them away again. */
export async function createTestDatabases(
  names: readonly string[],
  serverUrl = testServerUrl(),
): Promise<TestDatabases> {
  const suffix = randomBytes(4).toString('hex');
  const realName = (name: string): string => `test_${name}_${suffix}`;
  await onServer(async (server) => {
    for (const name of names) {
      await server.query(
        `CREATE DATABASE \`${realName(name)}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
      );
    }
  }, serverUrl);
  const url = (name: string): string => {
    if (!names.includes(name)) throw new Error(`no test database ${name}`);
    return Object.assign(new URL(serverUrl), { pathname: `/${realName(name)}` }).href;
  };
  const users = new Map(
    await Promise.all(names.map(async (name) => [name, await createUsers(url(name))] as const)),
  );
  return {
    url,
    settings: (name, setting = 'DATABASE_URL') => {
      const known = users.get(name);
      if (!known) throw new Error(`no test database ${name}`);
      return { [setting]: known.service, [`MIGRATION_${setting}`]: known.migrations };
    },
    drop: () =>
      onServer(async (server) => {
        for (const name of names) {
          await server.query(`DROP DATABASE IF EXISTS \`${realName(name)}\``);
          const { service, migrations } = usersOf(realName(name));
          await server.query("DROP USER IF EXISTS ?@'%', ?@'%'", [service, migrations]);
        }
      }, serverUrl),
  };
}

/** Runs something on a connection to the server itself, outside of any pool. */
export async function onServer<T>(
  use: (server: Connection) => Promise<T>,
  serverUrl = testServerUrl(),
): Promise<T> {
  const server = await createConnection(serverUrl);
  try {
    return await use(server);
  } finally {
    await server.end();
  }
}
