import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DataSource, MigrationInterface } from 'typeorm';
import { openDatabase } from '#libs/persistence/database/open-database.js';
import { dumpSchema } from '#libs/persistence/database/schema-dump.js';
import { inventoryMigrations } from '#migrations/inventory/index.js';
import { ordersReadMigrations } from '#migrations/orders-read/index.js';
import { ordersMigrations } from '#migrations/orders/index.js';
import { paymentsMigrations } from '#migrations/payments/index.js';
import { createTestDatabases, type TestDatabases } from '../../support/database.js';

const folder = path.resolve(import.meta.dirname, '../../../migrations');

/** `WRITE_SCHEMA=true npm run test:int -- --testPathPatterns schema` writes what a change of a migration made. */
const write = process.env['WRITE_SCHEMA'] === 'true';

const services: [string, (new () => MigrationInterface)[]][] = [
  ['orders', ordersMigrations],
  ['orders-read', ordersReadMigrations],
  ['inventory', inventoryMigrations],
  ['payments', paymentsMigrations],
];

describe.each(services)('the migrations of %s', (service, migrations) => {
  let databases: TestDatabases;
  let source: DataSource;

  beforeAll(async () => {
    databases = await createTestDatabases(['schema']);
    source = await openDatabase({ url: databases.url('schema'), rows: [], migrations });
  });
  afterAll(async () => {
    await source?.destroy();
    await databases.drop();
  });

  it('lead to the schema that is written down, on either engine', async () => {
    const file = path.join(folder, service, 'schema.sql');
    const schema = await dumpSchema(source);
    if (write) writeFileSync(file, schema);
    expect(existsSync(file) ? readFileSync(file, 'utf8') : '(none)').toBe(schema);
  });

  it('can be taken back, to the last table', async () => {
    for (let left = migrations.length; left > 0; left--) await source.undoLastMigration();
    const tables: { name: string }[] = await source.query(
      'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
    );
    expect(tables.map(({ name }) => name)).toEqual(['migrations']);
  });
});
