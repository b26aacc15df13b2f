import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { orderFor } from '../../support/order-client.js';
import { ServicesFixture } from '../reconciliation/services-fixture.js';

jest.setTimeout(150_000);

/** A week in about a second, a month in five. */
const environment = { RETENTION_TIME_SCALE: '500000', SAGA_KEEP_DAYS: '30' };

let services: ServicesFixture;
beforeAll(async () => {
  services = await ServicesFixture.open(environment);
}, 120_000);
afterAll(() => services.stop(), 60_000);

/** Tables that every order adds to, and how many rows of each at least; all of these orders are rejected. */
const perOrder = [
  ['order-service', 'idempotency_keys', 1],
  ['order-service', 'sagas', 1],
  ['order-service', 'saga_timeline', 3],
  ['order-service', 'inbox', 3],
  ['inventory-service', 'inbox', 2],
  ['payment-service', 'inbox', 1],
] as const;

const rowsIn = async (service: (typeof perOrder)[number][0], table: string): Promise<number> => {
  const [row] = await services
    .source(service)
    .query<{ rows: string }[]>(`SELECT COUNT(*) AS \`rows\` FROM ${table}`);
  return Number(row!.rows);
};

const place = async (): Promise<void> => {
  const order = orderFor('OAK-TABLE', 'tok_declined');
  const { status } = await services.call('POST', '/api/orders', order, 'cust-1', {
    'idempotency-key': randomUUID(),
  });
  expect(status).toBe(201);
};

it('leaves a small part of what orders have written, however many more come', async () => {
  const maxOrders = 6_000;
  let placed = 0;
  let shares: [string, number][] = [];
  const isLevel = async (): Promise<boolean> => {
    const counts = await Promise.all(perOrder.map(([service, table]) => rowsIn(service, table)));
    shares = perOrder.map(([service, table, each], index) => [
      `${service} ${table}`,
      (counts[index] ?? 0) / (placed * each),
    ]);
    return placed >= 400 && shares.every(([, share]) => share < 0.3);
  };
  // The load goes on until it is: where nothing is pruned, the shares stay at 1 and more.
  while (!(await isLevel()) && placed < maxOrders) {
    await Promise.all(Array.from({ length: 10 }, place));
    placed += 10;
  }
  expect(shares.filter(([, share]) => share >= 0.3)).toEqual([]);
  expect(placed).toBeLessThan(maxOrders);
  const [orders] = await services
    .source('order-service')
    .query<{ rows: string }[]>('SELECT COUNT(*) AS `rows` FROM orders');
  expect(Number(orders!.rows)).toBe(placed);
});
