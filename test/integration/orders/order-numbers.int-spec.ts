import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { openDatabase } from '#libs/persistence/database/open-database.js';
import { ordersMigrations } from '#migrations/orders/index.js';
import { SqlNumberBlocks } from '../../../apps/order-service/src/persistence/order-number-blocks.js';
import { createTestDatabases, type TestDatabases } from '../../support/database.js';

let databases: TestDatabases;
let source: DataSource;
beforeAll(async () => {
  databases = await createTestDatabases(['orders']);
  source = await openDatabase({ url: databases.url('orders'), rows: [], migrations: ordersMigrations });
});
afterAll(async () => {
  await source.destroy();
  await databases.drop();
});

it('blocks of order numbers are given once each, to many at a time, and go on where they were', async () => {
  const blocks = new SqlNumberBlocks(source);
  const last = await Promise.all(Array.from({ length: 30 }, () => blocks.take(2026, 100)));
  expect([...last].sort((a, b) => a - b)).toEqual(
    Array.from({ length: 30 }, (_, block) => (block + 1) * 100),
  );
  expect(await blocks.take(2027, 10)).toBe(10);
  expect(await new SqlNumberBlocks(source).take(2026, 100)).toBe(3_100);
});
