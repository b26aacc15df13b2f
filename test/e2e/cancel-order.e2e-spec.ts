import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { expectInvariants } from '../support/invariants.js';
import { orderFor, OrderClient, type Problem } from '../support/order-client.js';
import { Stack } from '../support/stack.js';

let stack: Stack;
let client: OrderClient;
let staff: OrderClient;

const as = (subject: string, ...roles: string[]): OrderClient =>
  new OrderClient(stack.orderUrl, stack.token(subject, roles.length > 0 ? roles : ['customer']));

const available = async (sku: string): Promise<number> => {
  const warehouse = new OrderClient(
    stack.services['inventory-service'].url,
    stack.token('op-1', ['operator']),
  );
  const { body } = await warehouse.get<{ available: number }>(`/api/products/${sku}`);
  return body.available;
};

interface Timeline {
  readonly items: readonly { readonly at: string; readonly kind: string; readonly text: string }[];
}

const kindsOf = async (id: string): Promise<string[]> =>
  (await client.get<Timeline>(`/api/orders/${id}/timeline`)).body.items.map(({ kind }) => kind);

const confirmed = async (order = orderFor('OAK-CHAIR')): Promise<string> => {
  const { body } = await client.place(order);
  await client.becomes(body.id, ['CONFIRMED']);
  return body.id;
};

const cashOnDelivery = orderFor('OAK-CHAIR', 'unused', { payment: { method: 'cash_on_delivery' } });
const parcel = { status: 'SHIPPED', trackingNumber: '1Z999', carrier: 'UPS' };

beforeAll(async () => {
  stack = await Stack.start();
  client = as('cust-1');
  staff = as('op-1', 'operator');
  await eventually(async () => {
    const { body } = await client.get<{ total: number }>('/api/products?limit=1');
    if (body.total < 40) throw new Error(`the catalogue has ${body.total} products so far`);
  }, 20_000);
}, 90_000);

afterAll(async () => {
  await expectInvariants(stack);
  await stack.stop();
}, 90_000);

describe('cancelling a confirmed order', () => {
  it('gives money and stock back, and shows both sagas and the request in its timeline', async () => {
    const before = await available('OAK-CHAIR');
    const id = await confirmed();
    const { status, headers, body } = await client.cancel(id, { reason: 'ordered twice' });
    expect(status).toBe(202);
    expect([headers.get('etag'), headers.get('consistency-token')]).toEqual(['"3"', `${id}:3`]);
    expect(body).toMatchObject({ id, status: 'CANCELLING', version: 3 });

    expect(await client.becomes(id, ['CANCELLED'])).toMatchObject({
      version: 4,
      reason: { code: 'cancelled-by-customer', detail: 'ordered twice' },
      payment: { method: 'card', status: 'REFUNDED' },
      nextStatuses: [],
    });
    await expect(available('OAK-CHAIR')).resolves.toBe(before);
    const kinds = await kindsOf(id);
    expect(kinds.slice(kinds.indexOf('confirmed'))).toEqual([
      'confirmed',
      'requested',
      'accepted',
      'asked',
      'replied',
      'asked',
      'replied',
      'cancelled',
    ]);
  });

  it('returns only the stock where the customer was to pay on delivery', async () => {
    const id = await confirmed(cashOnDelivery);
    await client.cancel(id);
    expect(await client.becomes(id, ['CANCELLED'])).toMatchObject({
      payment: { method: 'cash_on_delivery', status: 'CANCELLED', paymentId: null },
    });
    await expect(kindsOf(id)).resolves.toContain('skipped');
  });

  it('comes to one cancellation when it is asked twice at once', async () => {
    const id = await confirmed();
    const answers = await Promise.all([client.cancel(id), staff.cancel(id)]);
    expect(answers.map(({ status, body }) => [status, body.version])).toEqual([
      [202, 3],
      [202, 3],
    ]);
    await client.becomes(id, ['CANCELLED']);
    const again = await client.cancel(id);
    expect([again.status, again.body.status, again.body.version]).toEqual([200, 'CANCELLED', 4]);
  });
});

describe('cancelling an order that is being placed', () => {
  it.each(['tok_slow', 'tok_pending', 'tok_timeout'])(
    'while %s is being charged leaves it rejected, with nothing held and nothing kept',
    async (token) => {
      const before = await available('PINE-BOX');
      const { body } = await client.place(orderFor('PINE-BOX', token));
      await client.reaches(body.id, 'take-payment');
      const { status, body: answer } = await client.cancel(body.id);
      expect([status, answer.status, answer.version]).toEqual([202, 'PENDING', 2]);
      const ended = await client.becomes(body.id, ['REJECTED', 'CANCELLED'], 30_000);
      expect(ended.reason?.code).toBe('cancelled-by-customer');
      await eventually(async () => expect(await available('PINE-BOX')).toBe(before), 20_000);
    },
    60_000,
  );

  it('past its pivot is remembered, and the order is cancelled as soon as it is confirmed', async () => {
    const { body } = await client.place(orderFor('OAK-CHAIR', 'tok_slow'));
    await client.reaches(body.id, 'take-payment');
    const inventory = stack.services['inventory-service'];
    await inventory.end('SIGTERM');
    await client.reaches(body.id, 'commit-stock');
    const { status, body: answer } = await client.cancel(body.id, { reason: 'too slow' });
    expect(status).toBe(202);
    expect(answer).toMatchObject({
      status: 'PENDING',
      version: 2,
      requests: [{ askedFor: 'CANCELLED', by: 'customer', note: 'too slow' }],
    });
    await inventory.start();
    expect(await client.becomes(body.id, ['CANCELLED'], 60_000)).toMatchObject({
      version: 5,
      payment: { status: 'REFUNDED' },
      reason: { detail: 'too slow' },
    });
    const kinds = await kindsOf(body.id);
    // The saga says that it goes on, and right after the confirmation the cancellation begins.
    expect(kinds[kinds.indexOf('requested') + 1]).toBe('ignored');
    const [confirmation, beginning] = [kinds.indexOf('confirmed'), kinds.lastIndexOf('accepted')];
    expect(kinds.indexOf('requested')).toBeLessThan(confirmation);
    expect(confirmation).toBeLessThan(beginning);
    expect(kinds).toContain('cancelled');
  }, 90_000);

  it('at once after placing it comes to one end', async () => {
    const orders = await Promise.all(Array.from({ length: 10 }, () => client.place(orderFor('OAK-TABLE'))));
    await Promise.all(orders.map(({ body }) => client.cancel(body.id)));
    for (const { body } of orders) {
      const ended = await client.becomes(body.id, ['REJECTED', 'CANCELLED']);
      expect(ended.reason?.code).toBe('cancelled-by-customer');
    }
  });
});

describe('who asks, and how', () => {
  it('answers about the order of another as if there were none', async () => {
    const id = await confirmed();
    const otherCustomer = await as('cust-2').cancel<Problem>(id);
    const nobody = await as('cust-2').cancel<Problem>(randomUUID());
    expect([otherCustomer.status, otherCustomer.body.code]).toEqual([404, 'order-not-found']);
    expect([nobody.status, nobody.body.code]).toEqual([404, 'order-not-found']);
    expect((await as('seller-1', 'seller').cancel(id)).status).toBe(403);
    expect((await new OrderClient(stack.orderUrl, null).cancel(id)).status).toBe(401);
  });

  it('refuses a caller who decided on another version of the order', async () => {
    const id = await confirmed();
    const stale = await client.cancel<Problem>(id, undefined, { 'if-match': '"1"' });
    expect([stale.status, stale.body.code]).toEqual([412, 'stale-order']);
    expect((await client.cancel(id, undefined, { 'if-match': '"2"' })).status).toBe(202);
  });

  it('gives the same answer to the same request, and none of it to another', async () => {
    const [id, other] = [await confirmed(), await confirmed()];
    const headers = { 'idempotency-key': randomUUID() };
    const first = await client.cancel(id, {}, headers);
    await client.becomes(id, ['CANCELLED']);
    const again = await client.cancel(id, {}, headers);
    expect([again.status, again.body]).toEqual([first.status, first.body]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const reused = await client.cancel<Problem>(other, {}, headers);
    expect([reused.status, reused.body.code]).toEqual([422, 'idempotency-key-reused']);
  });

  it.each([{ reason: 1 }, { status: 'CANCELLED' }, []])('refuses the body %j', async (body) => {
    const answer = await client.cancel<Problem>(randomUUID(), body);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid-request']);
  });
});

describe('the status of an order', () => {
  it('is set by operators, step by step, and everyone is shown what can follow', async () => {
    const id = await confirmed(cashOnDelivery);
    const shown = async (by: OrderClient) =>
      (await by.get<{ nextStatuses: string[] }>(`/api/orders/${id}`)).body.nextStatuses;
    await expect(shown(client)).resolves.toEqual(['CANCELLING']);
    await expect(shown(staff)).resolves.toEqual(['PREPARING', 'CANCELLING']);

    const jumped = await staff.setStatus<Problem>(id, parcel);
    expect([jumped.status, jumped.body.code, jumped.body['legal']]).toEqual([
      409,
      'illegal-transition',
      ['PREPARING'],
    ]);
    expect((await client.setStatus(id, { status: 'PREPARING' })).status).toBe(403);
    expect((await staff.setStatus(id, { status: 'SHIPPED' })).status).toBe(400);

    for (const change of [{ status: 'PREPARING' }, parcel, { status: 'DELIVERED' }]) {
      expect((await staff.setStatus(id, change)).status).toBe(200);
    }
    const again = await staff.setStatus(id, { status: 'DELIVERED' });
    expect([again.status, again.body.version]).toEqual([200, 5]);
    expect(await client.becomes(id, ['DELIVERED'])).toMatchObject({
      payment: { status: 'PAID' },
      shipments: [{ trackingNumber: '1Z999', carrier: 'UPS' }],
      nextStatuses: [],
    });
    const late = await client.cancel<Problem>(id);
    expect([late.status, late.body.code]).toEqual([409, 'too-late-to-cancel']);
    expect((await kindsOf(id)).filter((kind) => kind === 'requested')).toHaveLength(3);
  });

  it('has one outcome when an order is shipped and cancelled at once', async () => {
    const outcomes = new Set<string>();
    for (let round = 0; round < 6; round += 1) {
      const id = await confirmed();
      await staff.setStatus(id, { status: 'PREPARING' });
      // Alternately, so that both orders of arrival occur.
      const asked = [() => client.cancel<Problem>(id), () => staff.setStatus<Problem>(id, parcel)];
      const answers = await Promise.all((round % 2 ? asked.toReversed() : asked).map((ask) => ask()));
      const codes = answers.map(({ status, body }) => (status < 300 ? 'done' : body.code));
      expect(codes.filter((code) => code === 'done')).toHaveLength(1);
      outcomes.add(codes.find((code) => code !== 'done')!);
      await client.becomes(id, ['SHIPPED', 'CANCELLED']);
    }
    for (const code of outcomes) expect(['too-late-to-cancel', 'illegal-transition']).toContain(code);
  }, 30_000);
});
