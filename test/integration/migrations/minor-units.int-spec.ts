import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { minorUnitsOf } from '#libs/kernel/currencies.js';
import { changedCurrencies } from '#libs/persistence/minor-units.migration.js';
import type { DataSourceSettings } from '#libs/persistence/database/data-source.js';
import { openDatabase } from '#libs/persistence/database/open-database.js';
import { inventoryMigrations } from '#migrations/inventory/index.js';
import { ordersMigrations } from '#migrations/orders/index.js';
import { createTestDatabases, type TestDatabases } from '../../support/database.js';

const migration = 'CountByIso4217';

describe('amounts that were written by the tables of the runtime', () => {
  let databases: TestDatabases;
  beforeAll(async () => {
    databases = await createTestDatabases(['inventory', 'orders']);
  });
  afterAll(() => databases.drop());

  const open = (name: string, migrations: DataSourceSettings['migrations']) =>
    openDatabase({ url: databases.url(name), rows: [], migrations });
  const before = <M extends { readonly name: string }>(migrations: readonly M[]): M[] =>
    migrations.filter(({ name }) => !name.startsWith(migration));

  it('are there to be changed on this Node', () => {
    expect(changedCurrencies().map(({ currency }) => currency)).toContain('LAK');
    for (const { currency, to } of changedCurrencies()) expect(to).toBe(minorUnitsOf(currency));
  });

  it('are prices of the same value afterwards', async () => {
    const old = await open('inventory', before(inventoryMigrations));
    await old.query(
      `INSERT INTO products (sku, name, seller_id, price_minor, currency, discount_percent, active, version, created_at,
         updated_at)
       VALUES ('A', 'A', 's', 1999, 'LAK', 0, 1, 1, NOW(6), NOW(6)), ('B', 'B', 's', 1999, 'USD', 0, 1, 1, NOW(6), NOW(6))`,
    );
    await old.destroy();
    const now = await open('inventory', [...inventoryMigrations]);
    const rows = await now.query('SELECT sku, price_minor AS price FROM products ORDER BY sku');
    expect(rows).toEqual([
      { sku: 'A', price: 199_900 },
      { sku: 'B', price: 1_999 },
    ]);
    await now.destroy();
  });

  it('are marked in orders, which keep them as they are', async () => {
    const old = await open('orders', before(ordersMigrations));
    const insert = (number: number, currency: string) =>
      old.query(
        `INSERT INTO orders (id, number, customer_id, status, version, currency, total_minor, details, created_at, updated_at)
         VALUES (UNHEX(LPAD(?, 32, '0')), ?, 'c', 'CONFIRMED', 1, ?, 1999, '{"lines":[]}', NOW(6), NOW(6))`,
        [number, `2026-${number}`, currency],
      );
    await insert(1, 'LAK');
    await insert(2, 'USD');
    await old.destroy();
    const now = await open('orders', [...ordersMigrations]);
    const rows = await now.query<{ details: string }[]>('SELECT details FROM orders ORDER BY id');
    expect(rows.map(({ details }) => JSON.parse(details) as unknown)).toEqual([
      { lines: [], minorUnits: 0 },
      { lines: [] },
    ]);
    await now.destroy();
  });
});
