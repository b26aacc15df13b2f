import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createConnection } from 'mysql2/promise';
import { eventually } from '../../support/eventually.js';
import { orderFor } from '../../support/order-client.js';
import { OrderApi, type ApiAnswer } from './order-api.js';

let api: OrderApi;
beforeAll(async () => {
  api = await OrderApi.start({ ORDERS_AT_ONCE_MAX: '3' });
  await api.source.query(
    `INSERT INTO catalogue_products (sku, name, seller_id, price_minor, currency, discount_percent, active, version, updated_at)
     VALUES ('OAK-TABLE', 'Oak table', 'seller-1', 2999, 'USD', 0, TRUE, 1, NOW(6))`,
  );
}, 60_000);
afterAll(() => api.stop());

const customer = (as: string) => ({ as, roles: ['customer'] });
/** By somebody else each time: one customer has a tenth of the places, which is one of three. */
const place = (as: string, payload: object = orderFor('OAK-TABLE')): Promise<ApiAnswer> =>
  api.call('POST', '/api/orders', { ...customer(as), payload });

const placeFor = (customerId: string): Promise<ApiAnswer> =>
  api.call('POST', '/api/orders', { payload: { ...orderFor('OAK-TABLE'), customerId } });

describe('more orders than the database takes', () => {
  it('are under way as many as may; the rest are turned away unread, and told to come again', async () => {
    const blocker = await createConnection(api.databaseUrl);
    await blocker.query('LOCK TABLES orders WRITE');
    const taken = [place('cust-1')];
    // The first is in its group, and held up there; from now on they wait.
    await eventually(async () => {
      const waiting: object[] = await api.source.query(
        `SELECT 1 FROM information_schema.processlist WHERE info LIKE 'INSERT INTO%orders%' AND db = DATABASE()`,
      );
      expect(waiting).not.toEqual([]);
    });
    const ofTheSame = await eventually(async () => {
      const answer = await place('cust-1', { nothing: 'of an order' });
      expect(answer.status).toBe(429);
      return answer;
    });
    expect(ofTheSame.headers['retry-after']).toMatch(/^\d+$/);
    // Staff are not one customer: they place orders for many.
    taken.push(placeFor('cust-2'), placeFor('cust-3'));
    const refused = await eventually(async () => {
      const answer = await place('cust-4', { nothing: 'of an order' });
      expect(answer.status).toBe(503);
      return answer;
    });
    expect(refused.headers['retry-after']).toMatch(/^\d+$/);
    expect(refused.body).toMatchObject({ status: 503, code: 'unavailable' });
    expect((await api.call('GET', '/api/products', customer('cust-1'))).status).toBe(200);

    await blocker.end();
    expect((await Promise.all(taken)).map(({ status }) => status)).toEqual([201, 201, 201]);
    expect((await place('cust-1')).status).toBe(201);
  }, 30_000);
});

it('an order that is committed has no place any more, however long its answer is waited for', async () => {
  let isAnswered = false;
  const waiting = api
    .call('POST', '/api/orders', {
      ...customer('cust-5'),
      headers: { prefer: 'wait=3' },
      payload: orderFor('OAK-TABLE'),
    })
    .finally(() => (isAnswered = true));
  await eventually(async () => {
    const orders: object[] = await api.source.query(`SELECT 1 FROM orders WHERE customer_id = 'cust-5'`);
    expect(orders).toHaveLength(1);
  });
  // Of three places, a customer has one.
  await eventually(async () => expect((await place('cust-5')).status).toBe(201));
  expect(isAnswered).toBe(false);
  expect((await waiting).body).toMatchObject({ status: 'PENDING' });
});
