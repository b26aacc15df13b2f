import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { onServer } from '../support/database.js';
import { expectInvariants } from '../support/invariants.js';
import { orderFor, OrderClient, type Problem } from '../support/order-client.js';
import { Stack } from '../support/stack.js';

let stack: Stack;
let client: OrderClient;

beforeAll(async () => {
  stack = await Stack.start();
  client = new OrderClient(stack.orderUrl, stack.token('cust-1', ['customer']));
  await eventually(async () => {
    const { body } = await client.get<{ total: number }>('/api/products?limit=1');
    if (body.total < 40) throw new Error(`the catalogue has ${body.total} products so far`);
  }, 20_000);
}, 90_000);

afterAll(async () => {
  await expectInvariants(stack);
  await stack.stop();
}, 90_000);

/** The server answers with this number whenever the table is written to. @returns what puts it right. */
async function fail(
  database: string,
  table: string,
  event: string,
  errno: number,
): Promise<() => Promise<void>> {
  const at = stack.databases.url(database);
  await onServer(
    (server) =>
      server.query(`CREATE TRIGGER failing BEFORE ${event} ON ${table} FOR EACH ROW
        SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = ${errno}, MESSAGE_TEXT = 'the server fails'`),
    at,
  );
  return () => onServer(async (server) => void (await server.query('DROP TRIGGER failing')), at);
}

const isConfirmed = (id: string): Promise<void> =>
  eventually(async () => {
    const { body } = await client.get<{ status: string }>(`/api/orders/${id}`);
    expect(body.status).toBe('CONFIRMED');
  }, 45_000);

const numbers = [
  ['a full disk', 1114],
  ['a binary log of statements', 1665],
  ['an error that nobody has listed', 9999],
] as const;

describe.each(numbers)('while the database answers with %s', (_, errno) => {
  it('new orders are to come again, and are taken afterwards', async () => {
    const mend = await fail('orders', 'orders', 'INSERT', errno);
    const { status, headers, body } = await client.place<Problem>(orderFor('OAK-TABLE', 'tok_ok'));
    await mend();
    expect([status, headers.get('retry-after'), (body as unknown as Problem).code]).toEqual([
      503,
      '2',
      'unavailable',
    ]);
    const { status: afterwards, body: order } = await client.place(orderFor('OAK-TABLE', 'tok_ok'));
    expect(afterwards).toBe(201);
    await isConfirmed(order.id);
  }, 90_000);

  it.each([
    ['participants', 'inventory', 'reservations', 'INSERT'],
    ['sagas', 'orders', 'sagas', 'UPDATE'],
    ['views', 'orders_read', 'order_views', 'INSERT'],
  ])(
    '%s wait, and go on when it is over',
    async (__, database, table, event) => {
      const mend = await fail(database, table, event, errno);
      const { body: order } = await client.place(orderFor('OAK-TABLE', 'tok_ok'));
      // Longer than all that is tried at once.
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      await mend();
      await isConfirmed(order.id);
    },
    90_000,
  );
});
