import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { onServer } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { expectInvariants } from '../support/invariants.js';
import { boston, orderFor, OrderClient, type Problem } from '../support/order-client.js';
import { Stack } from '../support/stack.js';

let stack: Stack;
let client: OrderClient;

const as = (subject: string, ...roles: string[]): OrderClient =>
  new OrderClient(stack.orderUrl, stack.token(subject, roles.length > 0 ? roles : ['customer']));

const available = async (sku: string): Promise<number> => {
  const staff = new OrderClient(stack.services['inventory-service'].url, stack.token('op-1', ['operator']));
  const { body } = await staff.get<{ available: number }>(`/api/products/${sku}`);
  return body.available;
};

beforeAll(async () => {
  stack = await Stack.start();
  client = as('cust-1');
  await eventually(async () => {
    const { body } = await client.get<{ total: number }>('/api/products?limit=1');
    if (body.total < 40) throw new Error(`the catalogue has ${body.total} products so far`);
  }, 20_000);
}, 90_000);

afterAll(async () => {
  await expectInvariants(stack);
  await stack.stop();
}, 90_000);

describe('placing an order', () => {
  it('is confirmed, with stock sold and money taken', async () => {
    const before = await available('OAK-TABLE');
    const { status, headers, body } = await client.place(
      orderFor('OAK-TABLE', 'tok_ok', { items: [{ productId: 'OAK-TABLE', quantity: 2, price: 29.99 }] }),
    );
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/api/orders/${body.id}`);
    expect(headers.get('etag')).toBeTruthy();
    expect(headers.get('consistency-token')).toBe(`${body.id}:1`);
    expect(body).toMatchObject({
      status: 'PENDING',
      version: 1,
      total: { amount: '59.98', currency: 'USD' },
    });

    const settled = await client.settled(body.id);
    expect(settled).toMatchObject({ status: 'CONFIRMED', version: 2, payment: { status: 'PAID' } });
    await expect(available('OAK-TABLE')).resolves.toBe(before - 2);
  });

  it.each([
    ['tok_declined', 'payment-declined'],
    ['tok_insufficient_funds', 'payment-declined'],
  ])('is rejected when the payment says %s, and the stock is back', async (token, code) => {
    const before = await available('OAK-TABLE');
    const { body } = await client.place(orderFor('OAK-TABLE', token));
    const settled = await client.settled(body.id);
    expect(settled).toMatchObject({ status: 'REJECTED', reason: { code }, payment: { status: 'DECLINED' } });
    await eventually(async () => expect(await available('OAK-TABLE')).toBe(before));
  });

  it('is rejected when the product is sold out', async () => {
    const { body } = await client.place(orderFor('SOLD-OUT'));
    await expect(client.settled(body.id)).resolves.toMatchObject({
      status: 'REJECTED',
      reason: { code: 'out-of-stock', detail: expect.stringContaining('SOLD-OUT') },
    });
  });

  it('is confirmed when the provider works at the third try', async () => {
    const { body } = await client.place(orderFor('OAK-TABLE', 'tok_flaky'));
    await expect(client.settled(body.id)).resolves.toMatchObject({ status: 'CONFIRMED' });
  });

  it('is confirmed when the provider settles later', async () => {
    const { body } = await client.place(orderFor('OAK-TABLE', 'tok_pending'));
    await expect(client.settled(body.id)).resolves.toMatchObject({ status: 'CONFIRMED' });
  });

  it('comes to an end when the provider never answers', async () => {
    const placed = await Promise.all(
      [1, 2, 3, 4].map(() => client.place(orderFor('OAK-TABLE', 'tok_timeout'))),
    );
    const settled = await Promise.all(placed.map(({ body }) => client.settled(body.id, 40_000)));
    for (const order of settled) {
      // The provider made the charge in half of the cases; asking it by key tells which.
      if (order.status === 'CONFIRMED') expect(order.payment.status).toBe('PAID');
      else expect(order).toMatchObject({ status: 'REJECTED', reason: { code: 'payment-timeout' } });
    }
  }, 60_000);

  it('waits for the end when asked to', async () => {
    const { status, headers, body } = await client.place(orderFor('OAK-TABLE'), { prefer: 'wait=10' });
    expect(status).toBe(201);
    expect(headers.get('preference-applied')).toBe('wait=10');
    expect(body.status).toBe('CONFIRMED');
  });

  it('skips the charge for cash on delivery', async () => {
    const { body } = await client.place({
      ...orderFor('OAK-TABLE'),
      payment: { method: 'cash_on_delivery' },
    });
    await expect(client.settled(body.id)).resolves.toMatchObject({
      status: 'CONFIRMED',
      payment: { method: 'cash_on_delivery', status: 'DUE_ON_DELIVERY' },
    });
  });

  it('sells the last one once to 100 buyers', async () => {
    const placed = await Promise.all(
      Array.from({ length: 100 }, (_, n) => as(`buyer-${n}`).place(orderFor('LAST-ONE'))),
    );
    expect(placed.map(({ status }) => status)).toEqual(Array(100).fill(201));
    const settled = await Promise.all(placed.map(({ body }, n) => as(`buyer-${n}`).settled(body.id, 40_000)));
    expect(settled.filter(({ status }) => status === 'CONFIRMED')).toHaveLength(1);
    expect(settled.filter(({ reason }) => reason?.code === 'out-of-stock')).toHaveLength(99);
    await expect(available('LAST-ONE')).resolves.toBe(0);
  }, 60_000);
});

describe('the databases', () => {
  it.each(['orders', 'orders_read', 'inventory', 'payments'])(
    'are served by users who may not change a table: %s',
    async (name) => {
      const { username, pathname } = new URL(stack.databases.settings(name)['DATABASE_URL']!);
      const [users] = await onServer((server) =>
        server.query('SELECT DISTINCT user AS name FROM information_schema.processlist WHERE db = ?', [
          pathname.slice(1),
        ]),
      );
      expect(users).toEqual([{ name: username }]);
    },
  );
});

describe('asking twice', () => {
  it('makes one order of 100 identical requests with one key', async () => {
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => client.place(orderFor('OAK-TABLE'), { 'idempotency-key': key })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    await client.settled(answers[0]!.body.id);
  });

  it('refuses the same key for another body', async () => {
    const key = { 'idempotency-key': randomUUID() };
    await client.place(orderFor('OAK-TABLE'), key);
    const { status, body } = await client.place<Problem>(
      orderFor('OAK-TABLE', 'tok_ok', { note: 'other' }),
      key,
    );
    expect([status, body.code]).toEqual([422, 'idempotency-key-reused']);
  });

  it('keeps keys of two callers apart', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const [mine, theirs] = await Promise.all([
      client.place(orderFor('OAK-TABLE'), key),
      as('cust-2').place(orderFor('OAK-TABLE'), key),
    ]);
    expect(theirs.body.id).not.toBe(mine.body.id);
  });

  it('refuses a second order with the same reference and names the first', async () => {
    const orderId = `shop-${randomUUID()}`;
    const first = await client.place(orderFor('OAK-TABLE', 'tok_ok', { orderId }));
    const second = await client.place<Problem>(orderFor('OAK-TABLE', 'tok_ok', { orderId }));
    expect([second.status, second.body.code, second.body['orderId']]).toEqual([
      409,
      'order-exists',
      first.body.id,
    ]);
    expect((await as('cust-2').place(orderFor('OAK-TABLE', 'tok_ok', { orderId }))).status).toBe(201);
  });
});

describe('a bad order', () => {
  it.each([
    ['no items', { items: [] }, 400, '/items'],
    ['no address', { shippingAddress: undefined }, 400, '/shippingAddress'],
    ['quantity 0', { items: [{ productId: 'OAK-TABLE', quantity: 0 }] }, 400, '/items/0/quantity'],
    ['quantity as text', { items: [{ productId: 'OAK-TABLE', quantity: '1' }] }, 400, '/items/0/quantity'],
    ['half a table', { items: [{ productId: 'OAK-TABLE', quantity: 1.5 }] }, 400, '/items/0/quantity'],
    ['a status', { status: 'CONFIRMED' }, 400, '/status'],
    ['a NUL', { note: 'a\u0000b' }, 400, '/note'],
    [
      'two lines for a city',
      { shippingAddress: { ...boston, city: 'Bos\r\nton' } },
      400,
      '/shippingAddress/city',
    ],
    ['101 lines', { items: Array(101).fill({ productId: 'OAK-TABLE', quantity: 1 }) }, 400, '/items'],
  ])('%s is refused, naming the field', async (_, change, status, pointer) => {
    const answer = await client.place<Problem>({ ...orderFor('OAK-TABLE'), ...change });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body.errors?.map((error) => error.pointer)).toContain(pointer);
  });

  it.each([
    ['a product that does not exist', { items: [{ productId: 'NOPE', quantity: 1 }] }, 'unknown-product'],
    [
      'a price of yesterday',
      { items: [{ productId: 'OAK-TABLE', quantity: 1, price: 9.99 }] },
      'price-changed',
    ],
    [
      'a price with too many decimals',
      { items: [{ productId: 'OAK-TABLE', quantity: 1, price: '29.990' }] },
      'invalid-amount',
    ],
    ['another currency', { currency: 'EUR' }, 'currency-mismatch'],
  ])('%s is refused', async (_, change, code) => {
    const { status, body } = await client.place<Problem>({ ...orderFor('OAK-TABLE'), ...change });
    expect([status, body.code]).toEqual([422, code]);
  });

  it('with half a character is refused', async () => {
    const { status, body } = await client.place<Problem>(
      orderFor('OAK-TABLE', 'tok_ok', { note: 'a\ud800b' }),
    );
    expect([status, body.status]).toEqual([400, 400]);
  });

  it('keeps emoji and SQL as they are', async () => {
    const note = "🎁 Robert'); DROP TABLE orders;-- =1+1";
    const { body } = await client.place(orderFor('OAK-TABLE', 'tok_ok', { note }));
    expect((await client.settled(body.id)).note).toBe(note);
  });
});

describe('other people', () => {
  it('may not see the order, nor learn that it exists', async () => {
    const { body } = await client.place(orderFor('OAK-TABLE'));
    for (const path of ['', '/status', '/timeline']) {
      const theirs = await as('cust-2').get<Problem>(`/api/orders/${body.id}${path}`);
      const none = await as('cust-2').get<Problem>(`/api/orders/${randomUUID()}${path}`);
      expect([theirs.status, theirs.body.code]).toEqual([404, 'order-not-found']);
      expect([none.status, none.body.code]).toEqual([404, 'order-not-found']);
    }
    expect((await as('cust-2').get('/api/orders/history/cust-1')).status).toBe(404);
    expect((await as('op-1', 'operator').get(`/api/orders/${body.id}`)).status).toBe(200);
  });

  it('may not order in my name', async () => {
    const { status, body } = await as('cust-2').place<Problem>(
      orderFor('OAK-TABLE', 'tok_ok', { customerId: 'cust-1' }),
    );
    expect([status, body.code]).toEqual([403, 'customer-not-yours']);
    const byStaff = await as('op-1', 'operator').place(
      orderFor('OAK-TABLE', 'tok_ok', { customerId: 'cust-9' }),
    );
    expect([byStaff.status, byStaff.body.customerId]).toEqual([201, 'cust-9']);
  });

  it('get nothing without a token', async () => {
    const nobody = new OrderClient(stack.orderUrl, null);
    for (const path of ['/api/orders/x', '/api/products', '/api/orders/history/cust-1', '/health']) {
      expect((await nobody.get(path)).status).toBe(401);
    }
    expect((await nobody.place(orderFor('OAK-TABLE'))).status).toBe(401);
    expect((await nobody.get('/ping')).status).toBe(200);
  });
});
