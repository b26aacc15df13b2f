import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createDataSource, type DataSourceSettings } from '#libs/persistence/database/data-source.js';
import { migrationsAreCurrent, runMigrations } from '#libs/persistence/database/migrations.js';
import { openDatabase } from '#libs/persistence/database/open-database.js';
import { createTestDatabases, type TestDatabases } from '../../support/database.js';

class Slow1700000000001 implements MigrationInterface {
  readonly name = 'Slow1700000000001';

  /** Would fail if two instances were here at once. */
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE under_way (id INT PRIMARY KEY)');
    await runner.query('DO SLEEP(0.5)');
    await runner.query('CREATE TABLE done (id INT PRIMARY KEY)');
  }

  async down(): Promise<void> {
    // Never taken back in this test.
  }
}

describe('migrations', () => {
  let databases: TestDatabases;
  let settings: DataSourceSettings;
  beforeAll(async () => {
    databases = await createTestDatabases(['first', 'second', 'third']);
  });
  beforeEach(() => {
    settings = { url: databases.url('first'), rows: [], migrations: [Slow1700000000001] };
  });
  afterAll(() => databases.drop());

  it('come after a look at the server, which is told in one line', async () => {
    const told: string[] = [];
    const dataSource = await openDatabase({ ...settings, migrations: [], log: (line) => told.push(line) });
    expect(told).toEqual([
      expect.stringMatching(/^(MySQL|MariaDB) \d+\.\d+.*READ-COMMITTED, autocommit ON, of groups OFF/),
    ]);
    await dataSource.destroy();
  });

  it('run once when several instances start at once', async () => {
    const instances = await Promise.all([1, 2, 3].map(() => openDatabase(settings)));
    const [instance] = instances;
    expect(await instance!.query('SELECT name FROM migrations')).toEqual([{ name: 'Slow1700000000001' }]);
    expect(await migrationsAreCurrent(instance!)).toBe(true);
    await Promise.all(instances.map((each) => each.destroy()));
  });

  it('do not wait for the connection that they hold, where a pool of one was asked for', async () => {
    const dataSource = await openDatabase({ ...settings, url: databases.url('third'), poolSize: 1 });
    expect(await migrationsAreCurrent(dataSource)).toBe(true);
    await dataSource.destroy();
  });

  it('are seen to be missing where somebody else is to run them', async () => {
    const dataSource = await createDataSource({ ...settings, url: databases.url('second') });
    await dataSource.initialize();
    expect(await migrationsAreCurrent(dataSource)).toBe(false);
    await runMigrations(dataSource);
    expect(await migrationsAreCurrent(dataSource)).toBe(true);
    await dataSource.destroy();
  });
});
