import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { createDataSource } from '#libs/persistence/database/data-source.js';
import { migrationsAreCurrent, runMigrations } from '#libs/persistence/database/migrations.js';
import { dumpSchema } from '#libs/persistence/database/schema-dump.js';
import { inventoryMigrations } from '#migrations/inventory/index.js';
import { ordersReadMigrations } from '#migrations/orders-read/index.js';
import { ordersMigrations } from '#migrations/orders/index.js';
import { paymentsMigrations } from '#migrations/payments/index.js';
import { createTestDatabases, onServer, type TestDatabases } from '../../support/database.js';

type Ask = (sql: string, values?: unknown[], structured?: boolean) => Promise<unknown>;
type Migrations = readonly (new () => MigrationInterface)[];

class FillCounters1700000000001 implements MigrationInterface {
  readonly name = 'FillCounters1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE TABLE counters (name VARCHAR(9) PRIMARY KEY, value INT NOT NULL) ENGINE = InnoDB',
    );
    await runner.query('INSERT INTO counters VALUES (?, ?)', ['a', 1]);
    await runner.query('UPDATE counters SET value = value * 10');
    await runner.query('UPDATE counters SET value = value * 10');
    await runner.query('ALTER TABLE counters ADD COLUMN note INT NULL, ADD KEY counters_value (value)');
    await runner.query('ALTER TABLE counters ADD CONSTRAINT counters_positive CHECK (value > 0)');
    await runner.query('ALTER TABLE counters DROP COLUMN note');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE counters');
  }
}

/** A process that is gone as soon as the server has done one thing more than for any before it. */
class Mortal {
  private readonly done = new Set<string>();
  private last = '';
  isDead = false;

  take(source: DataSource): DataSource {
    this.isDead = false;
    this.last = '';
    const { driver } = source;
    const createQueryRunner = driver.createQueryRunner.bind(driver);
    driver.createQueryRunner = (mode) => {
      const runner = createQueryRunner(mode);
      const query = runner.query.bind(runner) as Ask;
      return Object.assign(runner, { query: (...asked: Parameters<Ask>) => this.ask(query, asked) });
    };
    return source;
  }

  private async ask(query: Ask, asked: Parameters<Ask>): Promise<unknown> {
    if (this.isDead) throw new Error('this process is gone');
    const result = await query(...asked);
    const [sql, values] = asked;
    if (/^\s*(SELECT|SHOW)/i.test(sql)) return result;
    const step = `${this.last} ${(this.last = JSON.stringify([sql, values]))}`;
    if (this.done.has(step)) return result;
    this.done.add(step);
    this.isDead = true;
    throw new Error('this process is gone');
  }
}

let databases: TestDatabases;
beforeAll(async () => {
  // TypeORM's, and ours: one line for each of many deaths.
  jest.spyOn(console, 'log').mockReturnValue();
  Logger.overrideLogger(false);
  databases = await createTestDatabases(['all', 'counters', 'older', 'foreign', 'together', 'wrong']);
});
afterAll(() => databases.drop());

const open = async (name: string, migrations: Migrations): Promise<DataSource> =>
  (await createDataSource({ url: databases.url(name), rows: [], migrations })).initialize();

/** @returns how often it had to begin. */
async function migrateMortally(name: string, migrations: Migrations): Promise<number> {
  const mortal = new Mortal();
  for (let starts = 1; ; starts += 1) {
    const source = mortal.take(await open(name, migrations));
    const ended = await runMigrations(source).then(
      () => true,
      (error: unknown) => {
        if (!mortal.isDead) throw error;
        return false;
      },
    );
    await source.destroy();
    if (ended) return starts;
  }
}

const after = async <Result>(
  name: string,
  migrations: Migrations,
  look: (source: DataSource) => Promise<Result>,
): Promise<Result> => {
  const source = await open(name, migrations);
  try {
    return await look(source);
  } finally {
    await source.destroy();
  }
};

/** Of our tables; that of TypeORM's notes is made by TypeORM. */
const rowFormats = (source: DataSource): Promise<unknown> =>
  source.query(`SELECT DISTINCT row_format AS format FROM information_schema.tables
    WHERE table_schema = DATABASE() AND table_name <> 'migrations'`);

const migrate = (name: string, migrations: Migrations): Promise<void> =>
  after(name, migrations, runMigrations);

describe('migrations that are stopped after each statement, and begun again', () => {
  it.each<[string, Migrations]>([
    ['orders', ordersMigrations],
    ['orders-read', ordersReadMigrations],
    ['inventory', inventoryMigrations],
    ['payments', paymentsMigrations],
  ])(
    'make the schema of %s all the same',
    async (service, migrations) => {
      await onServer(async (server) => {
        const name = new URL(databases.url('all')).pathname.slice(1);
        await server.query(`DROP DATABASE \`${name}\``);
        await server.query(`CREATE DATABASE \`${name}\` CHARACTER SET latin1`);
      });
      expect(await migrateMortally('all', migrations)).toBeGreaterThan(2 * migrations.length);
      const file = path.resolve(import.meta.dirname, '../../../migrations', service, 'schema.sql');
      expect(await after('all', migrations, dumpSchema)).toBe(readFileSync(file, 'utf8'));
      expect(await after('all', migrations, migrationsAreCurrent)).toBe(true);
      expect(await after('all', [], rowFormats)).toEqual([{ format: 'Dynamic' }]);
    },
    240_000,
  );

  it('change each row once', async () => {
    expect(await migrateMortally('counters', [FillCounters1700000000001])).toBeGreaterThan(14);
    const rows = await after('counters', [], (source) => source.query('SELECT * FROM counters'));
    expect(rows).toEqual([{ name: 'a', value: 100 }]);
    const tables: object[] = await after('counters', [], (source) =>
      source.query("SHOW TABLES LIKE 'migration_steps'"),
    );
    expect(tables).toEqual([]);
  }, 60_000);
});

describe('a migration that was left half done', () => {
  it('is gone on with where a release made no notes', async () => {
    await onServer(
      (server) =>
        server.query(
          'CREATE TABLE counters (name VARCHAR(9) PRIMARY KEY) ENGINE = InnoDB ROW_FORMAT = COMPACT',
        ),
      databases.url('older'),
    );
    await migrate('older', [FillCounters1700000000001]);
    const rows = await after('older', [], (source) => source.query('SELECT * FROM counters'));
    expect(rows).toEqual([{ name: 'a', value: 100 }]);
  });

  it('does not touch a table with rows that it has not made', async () => {
    await onServer(async (server) => {
      await server.query('CREATE TABLE counters (id INT PRIMARY KEY)');
      await server.query('INSERT INTO counters VALUES (7)');
    }, databases.url('foreign'));
    await expect(migrate('foreign', [FillCounters1700000000001])).rejects.toThrow(
      /a table counters with rows/,
    );
    const rows = await after('foreign', [], (source) => source.query('SELECT * FROM counters'));
    expect(rows).toEqual([{ id: 7 }]);
  });

  it('says where it has stopped, and goes on when that is put right', async () => {
    class Wrong1700000000001 extends FillCounters1700000000001 {
      override async up(runner: QueryRunner): Promise<void> {
        await runner.query('CREATE TABLE first (id INT PRIMARY KEY) ENGINE = InnoDB');
        await runner.query('ALTER TABLE missing ADD COLUMN value INT');
        await super.up(runner);
      }
    }
    await expect(migrate('wrong', [Wrong1700000000001])).rejects.toThrow(
      /migration FillCounters1700000000001 has stopped at "ALTER TABLE missing ADD COLUMN value INT": .*goes on/,
    );
    await onServer(
      (server) => server.query('CREATE TABLE missing (id INT PRIMARY KEY)'),
      databases.url('wrong'),
    );
    await migrate('wrong', [Wrong1700000000001]);
    expect(await after('wrong', [Wrong1700000000001], migrationsAreCurrent)).toBe(true);
  });

  it('is gone on with once, when three services start at once', async () => {
    const mortal = new Mortal();
    for (let stops = 0; stops < 12; stops += 1) {
      const source = mortal.take(await open('together', [FillCounters1700000000001]));
      await expect(runMigrations(source)).rejects.toThrow('gone');
      await source.destroy();
    }
    await Promise.all([1, 2, 3].map(() => migrate('together', [FillCounters1700000000001])));
    const rows = await after('together', [], (source) => source.query('SELECT * FROM counters'));
    expect(rows).toEqual([{ name: 'a', value: 100 }]);
  });
});
