import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { idToBytes, newId } from '#libs/kernel/ids.js';
import { registry } from '#libs/observability/metrics.js';
import { orderFor } from '../../support/order-client.js';
import { rowsRead } from '../../support/rows-read.js';
import type { TrailFilter } from '../../../apps/order-service/src/operations/audit/operator-trail.query.js';
import { trailSql } from '../../../apps/order-service/src/operations/audit/operator-trail.sql.js';
import { OrderApi, type ApiAnswer } from './order-api.js';
import { storeSagas } from './stored-saga.js';

let api: OrderApi;
let source: DataSource;

beforeAll(async () => {
  api = await OrderApi.start();
  source = api.source;
  await source.query(
    `INSERT INTO catalogue_products (sku, name, seller_id, price_minor, currency, discount_percent, active, version, updated_at)
     VALUES ('OAK-TABLE', 'Oak table', 'seller-1', 2999, 'USD', 0, 1, 1, UTC_TIMESTAMP(6))`,
  );
}, 60_000);
afterAll(() => api.stop(), 30_000);

/** An order whose saga has asked for the stock, and gets no answer here. */
let id: string;
beforeEach(async () => {
  const { status, body } = await api.call('POST', '/api/orders', {
    as: 'cust-1',
    roles: ['customer'],
    payload: orderFor('OAK-TABLE', 'tok_planted'),
  });
  expect(status).toBe(201);
  id = body.id;
});

const act = (
  verb: string,
  payload: object = { reason: 'because' },
  headers: Record<string, string> = {},
): Promise<ApiAnswer> => api.call('POST', `/api/admin/sagas/${id}/${verb}`, { payload, headers });
const show = async (query = '') => (await api.call('GET', `/api/admin/sagas/${id}${query}`)).body;
/** Takes the command that is waited for now as done. */
const resolve = async (reason = 'because'): Promise<ApiAnswer> =>
  act('resolve', { reason }, { 'if-match': `"${(await show()).revision}"` });
const trail = async (query = '') =>
  (await api.call('GET', `/api/admin/audit?target=saga:${id}${query}`)).body.items;
/** How often its commands were sent, each in a message of its own. */
const timesAsked = async (): Promise<number> => {
  const { items } = (await show('?limit=100')).timeline;
  const sent = (items as { kind: string; messageId: string }[]).filter(({ kind }) =>
    ['asked', 'retried', 'compensating'].includes(kind),
  );
  return new Set(sent.map(({ messageId }) => messageId)).size;
};

describe('a saga, shown', () => {
  it('has its calls, its deadline and its timeline, and its revision for an ETag', async () => {
    const { headers, body } = await api.call('GET', `/api/admin/sagas/${id}`);
    expect(headers['etag']).toBe(`"${body.revision}"`);
    expect(body).toMatchObject({
      id,
      saga: 'place-order',
      status: 'running',
      step: 'reserve-stock',
      attempt: 1,
      calls: [{ step: 'reserve-stock', operation: 'action', attempt: 1, state: 'waiting', answer: null }],
      data: { orderId: id, lines: [{ sku: 'OAK-TABLE', quantity: 1 }] },
      actions: ['retry', 'compensate'],
    });
    expect(body.timeline.items.map(({ kind }: { kind: string }) => kind)).toEqual(['accepted', 'asked']);
  });

  it('has nothing in it that is secret', async () => {
    await act('retry', { reason: 'paid with tok_planted' });
    const text = JSON.stringify([await show(), await trail(), await api.call('GET', '/api/admin/sagas')]);
    expect(text).not.toContain('tok_planted');
    expect(text).not.toContain('123 Main St');
    expect(await show()).toMatchObject({ data: { payment: { method: 'card', token: '[not shown]' } } });
  });

  it('gives its timeline page by page, each entry once, from either end', async () => {
    for (const reason of ['one', 'two', 'three']) await act('retry', { reason });
    const whole = (await show('?limit=100')).timeline.items;
    expect(whole).toHaveLength(8);
    for (const sort of ['oldest', 'newest']) {
      const pieces: unknown[] = [];
      for (let query = `?limit=3&sort=${sort}`; query !== '';) {
        const { items, nextCursor } = (await show(query)).timeline;
        pieces.push(...items);
        query = nextCursor === null ? '' : `?limit=3&sort=${sort}&cursor=${encodeURIComponent(nextCursor)}`;
      }
      expect(sort === 'oldest' ? pieces : pieces.toReversed()).toEqual(whole);
    }
  });

  it.each([newId(), 'not-an-id'])('is not there under %s', async (other) => {
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/retry'],
    ] as const) {
      const options = method === 'POST' ? { payload: { reason: 'x' } } : {};
      const { status, body } = await api.call(method, `/api/admin/sagas/${other}${path}`, options);
      expect([status, body.code]).toEqual([404, 'saga-not-found']);
    }
  });
});

describe('an action on a saga', () => {
  it('retries: the same command is asked again, and the trail says who wanted it and why', async () => {
    const { status, headers, body } = await act('retry', { reason: 'inventory is back' });
    expect([status, body.outcome, body.asks]).toEqual([200, 'taken', 'inventory.reserve-stock.v1']);
    expect(body.text).toContain('Asked inventory to reserve stock again (attempt 2).');
    expect(headers['etag']).toBe(`"${(await show()).revision}"`);
    await expect(timesAsked()).resolves.toBe(2);
    await expect(trail()).resolves.toEqual([
      {
        id: expect.any(String),
        at: expect.stringMatching(/Z$/),
        actor: 'op-1',
        action: 'saga.retry',
        target: `saga:${id}`,
        reason: 'inventory is back',
        outcome: 'done',
        changes: null,
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    ]);
  });

  it('compensates: what was asked is undone, and the order will be rejected', async () => {
    const { body } = await act('compensate');
    expect(body).toMatchObject({ status: 'rolling-back', asks: 'inventory.release-stock.v1' });
    expect(body.text).toMatch(/Rolling back: cancelled-by-operator\..*the order will be rejected\.$/);
    expect(await show()).toMatchObject({
      reason: { code: 'cancelled-by-operator' },
      actions: ['retry', 'resolve'],
    });
  });

  it('resolves: a compensation counts as done, and the order is rejected', async () => {
    await act('compensate', { reason: 'suspected fraud' });
    const { body } = await resolve('counted it in the warehouse');
    expect(body).toMatchObject({ status: 'rolled-back', asks: null });
    const [order] = await source.query('SELECT status, details FROM orders WHERE id = UNHEX(?)', [
      id.replaceAll('-', ''),
    ]);
    expect(order.status).toBe('REJECTED');
    expect(JSON.stringify(order.details)).toContain('cancelled-by-operator');
    // What operators say to each other is not the customer's to read.
    expect(JSON.stringify(order.details)).not.toMatch(/warehouse|fraud/);
  });

  it('is counted, and so is what was refused', async () => {
    const counted = async (result: string): Promise<number> => {
      const text = await registry.metrics();
      const line = new RegExp(
        `^orders_operator_actions_total\\{.*action="saga.resolve",result="${result}".*\\} (\\d+)$`,
        'm',
      );
      return Number(line.exec(text)?.[1] ?? NaN);
    };
    const [done, refused] = [await counted('done'), await counted('refused')];
    await act('resolve');
    await act('compensate');
    await resolve();
    expect([await counted('done'), await counted('refused')]).toEqual([done + 1, refused + 1]);
  });

  it('says beforehand what would happen, and does nothing', async () => {
    const before = await show();
    const { body } = await act(
      'compensate',
      { reason: 'x', preview: true },
      { 'idempotency-key': randomUUID() },
    );
    expect(body).toMatchObject({ preview: true, outcome: 'taken', asks: 'inventory.release-stock.v1' });
    expect(body.text).toMatch(/^Would happen: Gave up on reserve stock.*the order will be rejected\.$/);
    const refused = await act('resolve', { reason: 'x', preview: true });
    expect(refused).toMatchObject({ status: 200, body: { outcome: 'compensate-instead' } });
    expect(refused.body.text).toMatch(/^Would be refused: the step is before the point of no return/);
    expect({ ...(await show()), ageSeconds: 0 }).toEqual({ ...before, ageSeconds: 0 });
    await expect(trail()).resolves.toEqual([]);
  });

  it('is done once when it is sent twice, twenty times at once, or again much later', async () => {
    const headers = { 'idempotency-key': randomUUID(), 'if-match': '"1"' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => act('retry', { reason: 'again' }, headers)),
    );
    expect(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1);
    await act('retry', { reason: 'another' });
    const late = await act('retry', { reason: 'again' }, headers);
    expect([late.status, late.headers['idempotency-replayed']]).toEqual([200, 'true']);
    await expect(trail()).resolves.toHaveLength(2);
    await expect(timesAsked()).resolves.toBe(3);
  });

  it('is known by its route, as releases before this one keep it', async () => {
    const key = randomUUID();
    await act('retry', { reason: 'a' }, { 'idempotency-key': key });
    const known = createHash('sha256').update(`["op-1","POST /api/admin/sagas/:id/retry","${key}"]`);
    const rows: unknown[] = await source.query('SELECT 1 FROM idempotency_keys WHERE scope = ?', [
      known.digest('base64url'),
    ]);
    expect(rows).toHaveLength(1);
  });

  it('takes no key of another action or another saga', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    await act('retry', { reason: 'a' }, headers);
    expect((await act('retry', { reason: 'b' }, headers)).body.code).toBe('idempotency-key-reused');
    const [other] = await storeSagas(source, { step: 'reserve-stock' });
    const answer = await api.call('POST', `/api/admin/sagas/${other}/retry`, {
      payload: { reason: 'a' },
      headers,
    });
    expect(answer.body.code).toBe('idempotency-key-reused');
  });

  it('resolves only what was looked at: by then the saga may wait for something else', async () => {
    await act('compensate');
    expect(await act('resolve')).toMatchObject({ status: 428, body: { code: 'if-match-required' } });
    const { revision } = await show();
    await act('retry');
    const { status } = await act('resolve', { reason: 'x' }, { 'if-match': `"${revision}"` });
    expect([status, (await show()).status]).toEqual([412, 'rolling-back']);
  });

  it('is not done when the saga has changed since it was looked at', async () => {
    const { revision } = await show();
    await act('retry');
    for (const headers of [{ 'if-match': `"${revision}"` }, { 'if-match': `W/"${revision + 1}"` }]) {
      for (const preview of [true, false]) {
        const { status, body } = await act('compensate', { reason: 'x', preview }, headers);
        expect([status, body.code]).toEqual([412, 'precondition-failed']);
      }
    }
    expect(await show()).toMatchObject({ status: 'running', revision: revision + 1 });
    expect((await act('compensate', { reason: 'x' }, { 'if-match': `"${revision + 1}"` })).status).toBe(200);
    await expect(trail()).resolves.toHaveLength(2);
  });

  it('is refused in words where it makes no sense, and the trail says that it was tried', async () => {
    const early = await act('resolve', { reason: 'impatient' });
    expect(early).toMatchObject({
      status: 409,
      body: { code: 'saga-action-refused', action: 'resolve', outcome: 'compensate-instead' },
    });
    expect(early.body.detail).toMatch(/^cannot resolve: the step is before the point of no return/);
    await act('compensate');
    expect((await act('compensate')).body.outcome).toBe('already-rolling-back');
    await resolve();
    for (const verb of ['retry', 'compensate', 'resolve']) {
      expect(await act(verb)).toMatchObject({ status: 409, body: { outcome: 'saga-finished' } });
    }
    const outcomes = (await trail()).map(({ outcome }: { outcome: string }) => outcome);
    expect(outcomes.toReversed().slice(0, 3)).toEqual([
      'refused: compensate-instead',
      'done',
      'refused: already-rolling-back',
    ]);
    expect((await show('?limit=100')).timeline.items.at(-1)).toMatchObject({
      kind: 'ignored',
      ignored: 'saga-finished',
    });
  });

  it.each([{}, { reason: '' }, { reason: 'x'.repeat(501) }, { reason: 'x', force: true }])(
    'needs a reason, not %p',
    async (payload) => {
      expect(await act('retry', payload)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
      await expect(trail()).resolves.toEqual([]);
    },
  );

  it('tells the customer nothing of what the operator said', async () => {
    await act('retry', { reason: 'this customer always complains' });
    const timelineFor = async (as: string, role: string) => {
      const { body } = await api.call('GET', `/api/orders/${id}/timeline`, { as, roles: [role] });
      return JSON.stringify(body);
    };
    expect(await timelineFor('cust-1', 'customer')).not.toContain('complains');
    expect(await timelineFor('cust-1', 'customer')).toContain('An operator saw to it.');
    expect(await timelineFor('op-2', 'operator')).toContain('complains');
  });
});

describe('the trail', () => {
  it('is searched by who, what, and when, and goes on by cursor', async () => {
    await act('retry', { reason: 'first' });
    await api.call('POST', `/api/admin/sagas/${id}/compensate`, {
      as: 'op-2',
      payload: { reason: 'second' },
    });
    await resolve('third');
    const reasons = async (query: string): Promise<string[]> =>
      (await trail(query)).map(({ reason }: { reason: string }) => reason);
    await expect(reasons('')).resolves.toEqual(['third', 'second', 'first']);
    await expect(reasons('&actor=op-2')).resolves.toEqual(['second']);
    await expect(reasons('&action=saga.resolve')).resolves.toEqual(['third']);
    const [, { at }] = await trail();
    await expect(reasons(`&from=${at}`)).resolves.toContain('second');
    await expect(reasons(`&to=${at}`)).resolves.not.toContain('second');
    const first = (await api.call('GET', `/api/admin/audit?target=saga:${id}&limit=2`)).body;
    const rest = await api.call('GET', `/api/admin/audit?target=saga:${id}&cursor=${first.nextCursor}`);
    expect(rest.body).toMatchObject({ items: [{ reason: 'first' }], nextCursor: null });
  });

  it.each<[string, TrailFilter]>([
    ['all of it', {}],
    ['somebody', { actor: 'op-3' }],
    ['an action', { action: 'saga.retry' }],
    ['what was done to one thing', { target: 't-7' }],
    ['a time', { to: '2100-01-01T00:00:00Z' }],
  ])('costs the same for %s, however long it is', async (_, filter) => {
    const rows = Array.from({ length: 1_000 }, (_, n) => [
      idToBytes(newId()),
      new Date(n),
      `op-${n % 7}`,
      n % 2 ? 'saga.retry' : 'saga.resolve',
      `t-${n}`,
      'r',
      'o',
    ]);
    const into = 'INSERT INTO operator_actions (id, at, actor, action, target, reason, outcome) VALUES ?';
    await source.query(into, [rows]);
    await source.query('ANALYZE TABLE operator_actions');
    expect(await rowsRead(source, ...trailSql(filter, 21, null))).toBeLessThan(30);
  });
});

describe('the routes of operators', () => {
  const routes = () =>
    [
      ['GET', '/api/admin/sagas'],
      ['GET', '/api/admin/sagas/summary'],
      ['GET', `/api/admin/sagas/${id}`],
      ['POST', `/api/admin/sagas/${id}/retry`],
      ['POST', `/api/admin/sagas/${id}/compensate`],
      ['POST', `/api/admin/sagas/${id}/resolve`],
      ['GET', '/api/admin/audit'],
    ] as const;

  it.each(['customer', 'seller'])('are closed to a %s, even for their own order', async (role) => {
    for (const [method, path] of routes()) {
      const options = { as: 'cust-1', roles: [role], ...(method === 'POST' && { payload: { reason: 'x' } }) };
      const { status, body } = await api.call(method, path, options);
      expect([path, status, body.code]).toEqual([path, 403, 'forbidden']);
    }
    expect((await api.call('HEAD', '/api/admin/sagas', { roles: [role] })).status).toBe(403);
    await expect(trail()).resolves.toEqual([]);
  });

  it('are closed without a token', async () => {
    for (const [method, path] of routes()) {
      expect((await api.call(method, path, { headers: { authorization: '' } })).status).toBe(401);
    }
  });

  it('are open to an admin', async () => {
    expect((await api.call('GET', '/api/admin/sagas', { roles: ['admin'] })).status).toBe(200);
    const payload = { reason: 'x' };
    const acted = await api.call('POST', `/api/admin/sagas/${id}/retry`, { roles: ['admin'], payload });
    expect(acted.status).toBe(200);
  });
});
