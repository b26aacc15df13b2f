import { randomBytes } from 'node:crypto';
import { createConnection, type Connection } from 'mysql2/promise';

export interface TestDatabases {
  /** URL of the database that this test knows by `name`. */
  url(name: string): string;
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
  return {
    url: (name) => {
      if (!names.includes(name)) throw new Error(`no test database ${name}`);
      return Object.assign(new URL(serverUrl), { pathname: `/${realName(name)}` }).href;
    },
    drop: () =>
      onServer(async (server) => {
        for (const name of names) await server.query(`DROP DATABASE IF EXISTS \`${realName(name)}\``);
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
