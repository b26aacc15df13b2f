import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { ReserveStock } from '#libs/contracts/inventory/inventory.messages.js';
import { OrderPlaced } from '#libs/contracts/order/order.messages.js';
import { parkedQueueOf } from '#libs/contracts/topology.js';
import { newId } from '#libs/kernel/ids.js';
import type { Envelope } from '#libs/messaging/envelope/envelope.js';
import { goldenMessages } from '../../contracts/golden.js';
import { eventually } from '../../support/eventually.js';
import { envelopeOf, onWire } from '../hostile-amqp/wire.js';
import { ParkedFixture, queue, type ApiAnswer } from './parked-fixture.js';

jest.setTimeout(90_000);

let service: ParkedFixture;

beforeAll(async () => {
  service = await ParkedFixture.create();
  await service.start();
});
afterAll(async () => {
  await service.stop();
  await service.drop();
});

const good = { reservationId: newId(), lines: [{ sku: 'OAK-TABLE', quantity: 2 }] };

/** Parks a message, and waits until it is in the table. @returns its id there. */
async function parked(
  message: Envelope = envelopeOf(ReserveStock, good),
  headers: Record<string, string> = {},
): Promise<string> {
  const { body, properties } = onWire(message);
  await service.park(body, { ...properties, headers });
  return collected(message.id);
}

async function collected(messageId: string, state: 'parked' | 'redriven' = 'parked'): Promise<string> {
  const [row] = await service.collected(1, { messageId, state });
  return row!.id;
}

const act = (id: string, action: string, more: object = {}, headers = {}): Promise<ApiAnswer> =>
  service.call('POST', `/${id}/${action}`, { reason: 'inventory is mended', ...more }, { headers });

/** Takes what was redriven. */
const redriven = () =>
  eventually(async () => {
    const message = await service.probe.take(queue);
    if (!message) throw new Error('nothing came back');
    return message;
  });

afterEach(async () => expect(await service.probe.depth(queue)).toBe(0));

describe('redriving a message', () => {
  it('sends it back with its id and its bytes, marked, and says so in the trail', async () => {
    const message = { ...envelopeOf(ReserveStock, good), unheardof: 'é' };
    const id = await parked(message);
    const answer = await act(id, 'redrive');
    expect(answer).toMatchObject({
      status: 200,
      body: { id, action: 'redrive', preview: false, state: 'redriven' },
    });
    const { content, properties } = await redriven();
    expect(content.toString()).toBe(JSON.stringify(message));
    expect(properties).toMatchObject({
      messageId: message.id,
      type: ReserveStock.type,
      headers: { 'x-redriven': id },
    });
    await expect(service.trail(`parked-message:${id}`)).resolves.toMatchObject([
      { action: 'parked.redrive', actor: 'op-1', reason: 'inventory is mended', outcome: 'done' },
    ]);
    await expect(service.rows({ id })).resolves.toMatchObject([{ settledBy: 'op-1', jobId: null }]);
  });

  it('happens once of twenty at once', async () => {
    const id = await parked();
    const answers = await Promise.all(Array.from({ length: 20 }, () => act(id, 'redrive')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(19).fill(409)]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
      code: 'parked-message-settled',
      state: 'redriven',
    });
    await redriven();
    await expect(service.trail(`parked-message:${id}`)).resolves.toHaveLength(1);
  });

  it('gets the same answer for the same key', async () => {
    const id = await parked();
    const headers = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(Array.from({ length: 5 }, () => act(id, 'redrive', {}, headers)));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    await redriven();
  });

  it('is done again when it fails again, as another parked message that names the first', async () => {
    const message = envelopeOf(ReserveStock, good);
    const first = await parked(message);
    await act(first, 'redrive');
    const back = await redriven();
    await service.park(back.content, back.properties);
    const second = await collected(message.id);
    expect(second).not.toBe(first);
    await expect(service.rows({ id: second })).resolves.toMatchObject([{ redriveOf: first, redrives: 1 }]);
    expect((await act(second, 'redrive')).status).toBe(200);
    expect((await redriven()).properties.headers).toMatchObject({ 'x-redriven': second });
  });

  it('does not wait for the row by which the message was sent the last time', async () => {
    const message = envelopeOf(ReserveStock, good);
    const columns = `subject, type, exchange, routing_key, mandatory, body, state, owner, fence, lease_until, attempts, created_at`;
    await service.query(
      `INSERT INTO outbox (id, ${columns}) VALUES (UNHEX(?), 'other', 't', '', 'nowhere', 0, '{}', 'parked', UNHEX(?), 1, NOW(6), 0, NOW(6))`,
      message.id.replaceAll('-', ''),
      message.id.replaceAll('-', ''),
    );
    const id = await parked(message);
    expect((await act(id, 'redrive')).status).toBe(200);
    expect((await redriven()).properties.messageId).toBe(message.id);
    await service.query(`DELETE FROM outbox WHERE state = 'parked'`);
  });

  it.each([
    ['is no text', Buffer.from([0xff, 0xfe]), true],
    ['is no JSON', Buffer.from('{"id":'), true],
    ['is no envelope', Buffer.from('{"id":1}'), true],
    ['has no message id', Buffer.from(JSON.stringify(envelopeOf(ReserveStock, good))), false],
    ['is too large', Buffer.alloc(2 * 1024 * 1024, ' '), true],
  ])('is refused where it %s: every consumer would park it again', async (_, body, withId) => {
    const before = await service.rows();
    await service.park(body, withId ? { messageId: newId() } : {});
    const rows = await service.collected(before.length + 1);
    const { id } = rows.find((row) => !before.some((other) => other.id === row.id))!;
    for (const preview of [true, false]) {
      const { status, body: problem } = await act(id, 'redrive', { preview });
      expect([status, problem.code]).toEqual([409, 'cannot-be-redriven']);
    }
    expect((await act(id, 'edit', { data: good })).body.code).toBe('cannot-be-edited');
    await expect(service.trail(`parked-message:${id}`)).resolves.toEqual([]);
    expect((await act(id, 'discard')).body.state).toBe('discarded');
  });

  it('happens after a change of the contract to what was of no known type', async () => {
    const message = { ...envelopeOf(ReserveStock, good), type: 'inventory.reserve-stock.v9' };
    expect((await act(await parked(message), 'redrive')).status).toBe(200);
    await redriven();
  });
});

describe('editing a message', () => {
  it('gives it other data under the same id, and keeps the original', async () => {
    const message = { ...envelopeOf(ReserveStock, { ...good, lines: 'two' }), unheardof: 1 };
    const id = await parked(message, { 'x-parked-reason': 'invalid-data' });
    const answer = await act(id, 'edit', { data: { ...good, surplus: true } });
    expect(answer).toMatchObject({ status: 200, body: { state: 'parked' } });
    const { body } = await service.call('GET', `/${id}`);
    expect(body).toMatchObject({ edited: true, message: { data: { lines: '[not shown]' } } });
    expect(body.editedMessage.data).toEqual(good);
    expect((await service.original(id)).toString()).toBe(JSON.stringify(message));
    expect((await act(id, 'redrive')).status).toBe(202);
    expect((await service.confirm(id)).status).toBe(200);
    expect(JSON.parse((await redriven()).content.toString())).toEqual({ ...message, data: good });
    const actions = (await service.trail(`parked-message:${id}`)).map(({ action }) => action);
    expect(actions).toEqual(['proposal.confirm', 'parked.redrive', 'parked.edit']);
  });

  it.each([
    ['misses a field', { lines: good.lines }, '/data/reservationId'],
    ['has a wrong one', { ...good, lines: [{ sku: 'X', quantity: 0 }] }, '/data/lines/0/quantity'],
  ])('is refused where the new data %s', async (_, data, pointer) => {
    const id = await parked();
    const { status, body } = await act(id, 'edit', { data });
    expect([status, body.code, body.issues[0].pointer]).toEqual([422, 'invalid-message-data', pointer]);
    await expect(service.rows({ id })).resolves.toMatchObject([{ edited: false, state: 'parked' }]);
  });

  it('is refused where nobody knows the type, and where the message has gone', async () => {
    const unknown = await parked({ ...envelopeOf(ReserveStock, good), type: 'inventory.reserve-stock.v9' });
    expect((await act(unknown, 'edit', { data: good })).body.code).toBe('cannot-be-edited');
    expect((await act(unknown, 'discard')).status).toBe(202);
    await service.confirm(unknown);
    expect((await act(unknown, 'edit', { data: good })).body.code).toBe('parked-message-settled');
  });
});

describe('discarding a message', () => {
  it('ends it, with its reason in the trail', async () => {
    const id = await parked();
    expect((await act(id, 'discard', { reason: 'a test of last year' })).body.state).toBe('discarded');
    expect((await act(id, 'redrive')).body).toMatchObject({
      code: 'parked-message-settled',
      state: 'discarded',
    });
    await expect(service.trail(`parked-message:${id}`)).resolves.toMatchObject([
      { action: 'parked.discard', reason: 'a test of last year' },
    ]);
  });
});

describe('any action', () => {
  it('says beforehand what would happen, and does nothing', async () => {
    const id = await parked();
    for (const action of ['redrive', 'discard', 'edit']) {
      const { status, body } = await act(id, action, {
        preview: true,
        ...(action === 'edit' && { data: good }),
      });
      expect([status, body.preview, body.state]).toEqual([200, true, 'parked']);
      expect(body.text).toMatch(/^Would: /);
    }
    await expect(service.trail(`parked-message:${id}`)).resolves.toEqual([]);
  });

  it('needs a reason, a message and an operator', async () => {
    const id = await parked();
    expect((await service.call('POST', `/${id}/redrive`, {})).status).toBe(400);
    for (const other of [newId(), 'x']) {
      expect((await act(other, 'redrive')).body.code).toBe('parked-message-not-found');
    }
    const customer = { roles: ['customer', 'seller'] };
    expect((await service.call('POST', `/${id}/redrive`, { reason: 'x' }, customer)).status).toBe(403);
    for (const path of ['', '/groups', `/${id}`, `/api/admin/jobs/${id}`]) {
      expect((await service.call('GET', path, undefined, customer)).status).toBe(403);
    }
    await act(id, 'discard');
  });
});

describe('looking at parked messages', () => {
  beforeEach(async () => {
    await service.query('DELETE FROM parked_messages');
    await service.query('DELETE FROM parked_message_bodies');
  });

  it('shows ids, goods, amounts and states, and no token, name, address, note or attribute', async () => {
    const golden = goldenMessages.get(OrderPlaced.type)! as unknown as Envelope<{ order: object }>;
    const order = {
      ...golden.data.order,
      note: 'Planted note',
      attributes: { gift: 'Planted gift' },
      shippingAddress: { name: 'Planted Name', street: '1 Planted St', city: 'Planted City' },
      payment: { method: 'card', token: 'tok_planted' },
      reason: { code: 'x', detail: 'Planted tok_planted' },
    };
    const id = await parked({ ...golden, id: newId(), data: { order, token: 'tok_planted' } });
    const shown = await service.call('GET', `/${id}`);
    expect(shown.text).not.toMatch(/planted/i);
    expect(shown.body.message).toMatchObject({
      envelope: { type: OrderPlaced.type, subject: golden.subject },
      data: { order: { status: 'PENDING', payment: { method: 'card', token: '[not shown]' } } },
      excerpt: null,
    });
    expect(shown.body).toMatchObject({ cannotBeRedriven: null, editedMessage: null });
    expect((await service.call('GET', '')).text).not.toMatch(/planted/i);
  });

  it.each([
    [
      'JSON that is no envelope',
      '{"name":"Planted Name","amount":"5.00"}',
      { data: { amount: '5.00', name: '[not shown]' } },
    ],
    [
      'JSON that was cut off',
      '{"amount":12,"token":"tok_planted","street":"1 Planted St","city":"Plan',
      { excerpt: { text: '{"amount":12,"token":"[not shown]","street":"[not shown]","city":"[not shown]"' } },
    ],
    ['text with a token', 'pay with tok_planted now', { excerpt: { text: 'pay with [payment token] now' } }],
    ['bytes', Buffer.from([0, 0x41, 0xff, 0x0a]), { excerpt: { text: '.A..', hex: '00 41 ff 0a' } }],
  ])('shows of %s what can be shown', async (_, body, expected) => {
    await service.park(body, { messageId: newId() });
    const [row] = await service.collected(1);
    const shown = await service.call('GET', `/${row!.id}`);
    expect(shown.body.message).toMatchObject({ envelope: null, ...expected });
    expect(shown.text).not.toMatch(/planted/i);
    expect(shown.text).not.toContain(
      Buffer.from('planted')
        .toString('hex')
        .replace(/(..)(?=.)/g, '$1 '),
    );
  });

  it('lists them page by page, each once, by what is asked for', async () => {
    const [subject, saga] = [newId(), newId()];
    await parked(envelopeOf(ReserveStock, good, { subject }));
    await parked(envelopeOf(ReserveStock, good, { sagaid: saga }), { 'x-parked-reason': 'attempts-spent' });
    for (let count = 0; count < 5; count++) await service.park('no', { messageId: newId() });
    await service.collected(7);
    const ids: string[] = [];
    for (let next: string | null = '?limit=3'; next !== null;) {
      const { body }: ApiAnswer = await service.call('GET', next);
      ids.push(...body.items.map(({ id }: { id: string }) => id));
      next = body.nextCursor && `?limit=3&cursor=${encodeURIComponent(body.nextCursor)}`;
    }
    expect(ids).toEqual((await service.rows()).map(({ id }) => id));
    const found = async (query: string) => (await service.call('GET', `?${query}`)).body.items.length;
    await expect(found(`subject=${subject}`)).resolves.toBe(1);
    await expect(found(`saga=${saga}`)).resolves.toBe(1);
    await expect(found(`type=${ReserveStock.type}`)).resolves.toBe(2);
    await expect(found('type=none')).resolves.toBe(5);
    await expect(found('reason=attempts-spent')).resolves.toBe(1);
    await expect(found(`queue=${queue}`)).resolves.toBe(7);
    await expect(found('queue=payment.commands')).resolves.toBe(0);
    await expect(found('state=redriven')).resolves.toBe(0);
    await expect(found('from=2100-01-01T00:00:00Z')).resolves.toBe(0);
    await expect(found('to=2100-01-01T00:00:00Z')).resolves.toBe(7);
    for (const bad of ['limit=0', 'limit=101', 'state=gone', 'queue=x', 'cursor=x', 'saga=1', 'sort=size']) {
      expect([bad, (await service.call('GET', `?${bad}`)).status]).toEqual([bad, 400]);
    }
  });

  it('groups them by queue, type and reason, the largest first', async () => {
    for (let count = 0; count < 3; count++) await service.park('no', { messageId: newId() });
    await parked(envelopeOf(ReserveStock, good));
    await service.collected(4);
    const { body } = await service.call('GET', '/groups');
    expect(body).toMatchObject({
      more: false,
      items: [
        { queue, type: null, reason: 'defect', count: 3 },
        { queue, type: ReserveStock.type, reason: 'defect', count: 1 },
      ],
    });
    expect(Date.parse(body.items[0].oldest)).toBeLessThanOrEqual(Date.parse(body.items[0].newest));
  });
});

it('finds nothing in the parking lot at the end', async () => {
  expect(await service.probe.depth(parkedQueueOf(queue))).toBe(0);
});
