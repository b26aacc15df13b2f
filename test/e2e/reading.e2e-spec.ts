import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { eventually } from '../support/eventually.js';
import { expectInvariants } from '../support/invariants.js';
import { type Answer, orderFor, OrderClient, type Problem } from '../support/order-client.js';
import { Stack } from '../support/stack.js';

let stack: Stack;
let client: OrderClient;

interface Page {
  readonly items: readonly OrderDocument[];
  readonly page: number;
  readonly limit: number;
  readonly total: number;
  readonly totalPages: number;
  readonly nextCursor: string | null;
}

beforeAll(async () => {
  stack = await Stack.start();
  client = new OrderClient(stack.orderUrl, stack.token('reader'));
  await eventually(async () => {
    const { body } = await client.get<{ total: number }>('/api/products?limit=1');
    if (body.total < 40) throw new Error(`the catalogue has ${body.total} products so far`);
  }, 20_000);
}, 90_000);

afterAll(async () => {
  await expectInvariants(stack);
  await stack.stop();
}, 90_000);

describe('reading one order', () => {
  it('shows what was written at once, to whoever carries the token', async () => {
    for (let n = 0; n < 20; n++) {
      const { headers, body } = await client.place(orderFor('OAK-TABLE'));
      const token = { 'consistency-token': headers.get('consistency-token')! };
      // Refused while a busy machine is longer than half a second in showing it; never answered without it.
      const read = (path: string): Promise<Answer<Page>> =>
        eventually(async () => {
          const answer = await client.get<Page>(path, token);
          if (answer.status === 503) throw new Error(`${path} does not show order ${body.id} yet`);
          return answer;
        });
      expect((await read(`/api/orders/${body.id}`)).status).toBe(200);
      const history = await read('/api/orders/history/reader?limit=1');
      expect(history.body.items[0]?.id).toBe(body.id);
    }
  }, 60_000);

  it('is not sent again to a caller who has it', async () => {
    const { body } = await client.place(orderFor('OAK-TABLE'));
    await client.settled(body.id);
    const { headers } = await client.get(`/api/orders/${body.id}`);
    const again = await client.get(`/api/orders/${body.id}`, { 'if-none-match': headers.get('etag')! });
    expect(again.status).toBe(304);
  });

  it('tells how it stands, and what happened to it', async () => {
    const { body } = await client.place(orderFor('OAK-TABLE', 'tok_declined'));
    await client.settled(body.id);
    const status = await client.get<{ status: string; step: string | null }>(`/api/orders/${body.id}/status`);
    expect(status.body).toMatchObject({ orderId: body.id, status: 'REJECTED', step: null });
    const timeline = await client.get<{ items: { kind: string; step: string | null }[] }>(
      `/api/orders/${body.id}/timeline`,
    );
    const kinds = timeline.body.items.map(({ kind }) => kind);
    expect(kinds[0]).toBe('accepted');
    expect(kinds).toEqual(
      expect.arrayContaining(['asked', 'replied', 'compensating', 'compensated', 'rejected']),
    );
    expect(JSON.stringify(timeline.body)).not.toContain('tok_declined');
  });

  it.each(['not-an-id', '%00', '..%2f..', '01990000-0000-7000-8000-00000000000g'])(
    'answers %s with 404 or 400',
    async (id) => {
      const { status } = await client.get<Problem>(`/api/orders/${id}`);
      expect([400, 404]).toContain(status);
    },
  );
});

describe('the history', () => {
  const customer = 'historian';
  let historian: OrderClient;
  const ids: string[] = [];

  beforeAll(async () => {
    historian = new OrderClient(stack.orderUrl, stack.token(customer));
    for (let n = 0; n < 25; n++) ids.unshift((await historian.place(orderFor('OAK-TABLE'))).body.id);
    await eventually(async () => {
      const { body } = await historian.get<Page>(`/api/orders/history/${customer}`);
      if (body.total < 25) throw new Error(`${body.total} of 25 orders so far`);
    });
  }, 60_000);

  it('is paged by number', async () => {
    const { body } = await historian.get<Page>(`/api/orders/history/${customer}?page=2&limit=10`);
    expect(body).toMatchObject({ page: 2, limit: 10, total: 25, totalPages: 3 });
    expect(body.items.map(({ id }) => id)).toEqual(ids.slice(10, 20));
  });

  it('is walked by cursor, each order once, newest first', async () => {
    const seen: string[] = [];
    let path: string | null = `/api/orders/history/${customer}?limit=7`;
    while (path) {
      const { status, body }: { status: number; body: Page } = await historian.get<Page>(path);
      expect(status).toBe(200);
      seen.push(...body.items.map(({ id }) => id));
      path =
        body.nextCursor &&
        `/api/orders/history/${customer}?limit=7&cursor=${encodeURIComponent(body.nextCursor)}`;
    }
    expect(seen).toEqual(ids);
  });

  it('does not accept a cursor that was tampered with or belongs to another', async () => {
    const { body } = await historian.get<Page>(`/api/orders/history/${customer}?limit=7`);
    const cursor = body.nextCursor!;
    const other = new OrderClient(stack.orderUrl, stack.token('someone', ['operator']));
    const changed = cursor.slice(0, -2) + (cursor.endsWith('AA') ? 'BB' : 'AA');
    for (const [asking, value] of [
      [historian, changed],
      [historian, 'x'],
      [other, cursor],
    ] as const) {
      const { status } = await asking.get(
        `/api/orders/history/${customer}?limit=7&cursor=${encodeURIComponent(value)}`,
      );
      expect(status).toBe(400);
    }
  });

  it.each(['limit=0', 'limit=-1', 'limit=1000000', 'limit=x', 'page=0', 'page=1e9', 'surprise=1'])(
    'refuses %s',
    async (query) => {
      const { status, body } = await historian.get<Problem>(`/api/orders/history/${customer}?${query}`);
      expect(status).toBe(400);
      expect(body.errors?.length).toBeGreaterThan(0);
    },
  );
});
