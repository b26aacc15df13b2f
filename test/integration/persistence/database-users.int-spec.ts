import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { DataSource } from 'typeorm';
import { migrationsAreCurrent } from '#libs/persistence/database/migrations.js';
import { openDatabase, type DatabaseSettings } from '#libs/persistence/database/open-database.js';
import { CreateSampleTables1700000000000, sampleRows } from '#libs/persistence/testing/sample-rows.js';
import { ordersReadMigrations } from '#migrations/orders-read/index.js';
import { endServersIn } from '../../../scripts/provision/end-servers.mjs';
import { findMariadb, startMariadb } from '../../../scripts/provision/mariadb.mjs';
import { createTestDatabases, onServer, type TestDatabases } from '../../support/database.js';

const names = ['samples', 'others', 'empty', 'later', 'wide', 'narrow', 'single'] as const;
const migrations = [CreateSampleTables1700000000000];

let databases: TestDatabases;
const opened: DataSource[] = [];
beforeAll(async () => {
  databases = await createTestDatabases(names);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((source) => source.destroy()));
});
afterAll(() => databases.drop());

/** As a service does, with what it is told of its database. */
async function open(name: (typeof names)[number], more: Partial<DatabaseSettings> = {}): Promise<DataSource> {
  const { DATABASE_URL: url, MIGRATION_DATABASE_URL: migrationUrl } = databases.settings(name);
  const source = await openDatabase({ url: url!, migrationUrl, rows: sampleRows, migrations, ...more });
  opened.push(source);
  return source;
}

const asRoot = (sql: string, at: (typeof names)[number]): Promise<unknown> =>
  onServer((server) => server.query(sql), databases.url(at));

/** Its name in grants. */
const userOf = (name: (typeof names)[number]): string =>
  `'${new URL(databases.settings(name)['DATABASE_URL']!).username}'@'%'`;

describe('the user of a service', () => {
  it('is another than the one who has migrated, and nobody is left of that one', async () => {
    const source = await open('samples');
    const [row] = await source.query<{ user: string }[]>('SELECT CURRENT_USER() AS user');
    expect(`'${row!.user.replace('@', "'@'")}'`).toBe(userOf('samples'));
    expect(await migrationsAreCurrent(source)).toBe(true);
    const [threads] = await onServer((server) =>
      server.query(
        `SELECT user FROM information_schema.processlist WHERE db = DATABASE() AND user LIKE '%\\_ddl'`,
      ),
    );
    expect(threads).toEqual([]);
  });

  it('may not change a table, nor look into the database of another service', async () => {
    const source = await open('samples');
    const other = new URL(databases.url('others')).pathname.slice(1);
    for (const statement of [
      'CREATE TABLE more (id INT)',
      'CREATE TABLE samples (id INT)',
      'ALTER TABLE samples ADD COLUMN more INT',
      'CREATE INDEX more ON samples (id)',
      'DROP TABLE samples',
      'TRUNCATE TABLE samples',
      'RENAME TABLE samples TO more',
      'CREATE VIEW more AS SELECT * FROM samples',
      'CREATE TRIGGER more BEFORE DELETE ON samples FOR EACH ROW DO 1',
      'CREATE DATABASE more',
      `SELECT * FROM ${other}.samples`,
      'SELECT * FROM mysql.user',
    ]) {
      expect([statement, await source.query(statement).catch(String)]).toEqual([
        statement,
        expect.stringMatching(/denied/),
      ]);
    }
  });

  it('who is to migrate is told by which setting somebody else does', async () => {
    await expect(open('empty', { migrationUrl: undefined })).rejects.toThrow(
      /CREATE command denied.*MIGRATION_DATABASE_URL.*RUN_MIGRATIONS=false/,
    );
  });

  it('need not migrate where nothing is to be done', async () => {
    await open('samples');
    expect(await migrationsAreCurrent(await open('samples', { migrationUrl: undefined }))).toBe(true);
  });

  it('sees that migrations are missing, and makes no table for that', async () => {
    const source = await open('later', { runMigrations: false });
    expect(await migrationsAreCurrent(source)).toBe(false);
    const [tables] = await onServer((server) => server.query('SHOW TABLES'), databases.url('later'));
    expect(tables).toEqual([]);
  });

  it.each([
    ['SELECT', 'SELECT on counters, samples, memberships. It'],
    ['INSERT', 'INSERT on counters, samples, memberships. It'],
    ['UPDATE', 'UPDATE on counters, samples, memberships. It'],
    ['DELETE, UPDATE', 'UPDATE on counters, samples, memberships; DELETE on counters, samples, memberships'],
  ])('without a right that it needs is refused at start: %s', async (right, text) => {
    await open('narrow');
    const database = new URL(databases.url('narrow')).pathname.slice(1);
    const user = userOf('narrow');
    await asRoot(`REVOKE ${right} ON ${database}.* FROM ${user}`, 'narrow');
    try {
      await expect(open('narrow')).rejects.toThrow(`lacks rights: ${text}`);
    } finally {
      await asRoot(`GRANT ${right} ON ${database}.* TO ${user}`, 'narrow');
    }
    await open('narrow');
  });

  it('without a right to one table is told which', async () => {
    await open('single');
    const database = new URL(databases.url('single')).pathname.slice(1);
    const user = userOf('single');
    await asRoot(`REVOKE SELECT, INSERT, UPDATE, DELETE ON ${database}.* FROM ${user}`, 'single');
    for (const table of ['migrations', 'counters', 'memberships', 'commit_marker'])
      await asRoot(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${database}.${table} TO ${user}`, 'single');
    await asRoot(`GRANT SELECT, INSERT, UPDATE ON ${database}.samples TO ${user}`, 'single');
    await expect(open('single')).rejects.toThrow(
      / lacks rights: DELETE on samples. It needs SELECT, INSERT, UPDATE, DELETE on all tables$/,
    );
  });
});

describe('a user with rights that nobody needs', () => {
  const told: string[] = [];
  const warn = (text: string): unknown => told.push(text);
  const toWarnOf = async (settings: Partial<DatabaseSettings>): Promise<readonly string[]> => {
    told.length = 0;
    await open('wide', { warn, ...settings });
    return [...told];
  };

  it('is warned of where somebody else migrates, and where not it has to have them', async () => {
    const [url, ddl] = [databases.url('wide'), databases.settings('wide')['MIGRATION_DATABASE_URL']!];
    expect(await toWarnOf({ url })).toEqual([
      expect.stringMatching(/^the user may change tables \((ALL PRIVILEGES|ALTER, CREATE, DROP)\)/),
    ]);
    expect(await toWarnOf({ url: ddl, runMigrations: false })).toEqual([
      'the user may change tables (ALTER, CREATE, DROP), and need not: docs/database-users.md',
    ]);
    expect(await toWarnOf({ url: ddl, migrationUrl: undefined })).toEqual([]);
    expect(await toWarnOf({})).toEqual([]);
  });

  it('by a role is one, too', async () => {
    const database = new URL(databases.url('wide')).pathname.slice(1);
    const role = `${database}_role`.slice(0, 32);
    const user = userOf('wide');
    await onServer(async (server) => {
      const [[engine]] = (await server.query(
        "SELECT VERSION() LIKE '%MariaDB%' AS isMariadb",
      )) as unknown as [{ isMariadb: number }[]];
      await server.query(`CREATE ROLE '${role}'`);
      await server.query(`GRANT ALTER ON ${database}.* TO '${role}'`);
      await server.query(`GRANT '${role}' TO ${user}`);
      await server.query(`SET DEFAULT ROLE '${role}' ${engine?.isMariadb ? 'FOR' : 'TO'} ${user}`);
    });
    try {
      expect(await toWarnOf({})).toEqual([expect.stringMatching(/\(ALTER\)/)]);
    } finally {
      await onServer((server) => server.query(`DROP ROLE '${role}'`));
    }
  });
});

describe('the users that deploy/mysql/init.sql makes', () => {
  const directory = path.resolve('.data/test/database-users');
  const end = async (): Promise<void> => {
    await endServersIn(directory);
    await rm(directory, { recursive: true, force: true });
  };
  beforeAll(end);
  afterAll(end);

  it('can migrate a database of a service and use it, each what is theirs', async () => {
    const server = await startMariadb(path.join(directory, 'mariadb'), findMariadb()!);
    const root = await createConnection({ uri: server.url, multipleStatements: true });
    await root.query(await readFile('deploy/mysql/init.sql', 'utf8'));
    await root.end();
    const as = (user: string): string =>
      Object.assign(new URL(server.url), {
        username: `order_${user}`,
        password: `sample-order-${user}-password`,
        pathname: '/orders_read',
      }).href;
    const settings = { url: as('service'), rows: [], migrations: ordersReadMigrations };
    await expect(openDatabase(settings)).rejects.toThrow('MIGRATION_DATABASE_URL');
    const source = await openDatabase({ ...settings, migrationUrl: as('migrations') });
    opened.push(source);
    expect(await source.query('SELECT * FROM order_views')).toEqual([]);
    await expect(source.query('DROP TABLE order_views')).rejects.toThrow('denied');
  }, 60_000);
});
