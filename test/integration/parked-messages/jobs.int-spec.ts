import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { ReserveStock } from '#libs/contracts/inventory/inventory.messages.js';
import { idToBytes, newId } from '#libs/kernel/ids.js';
import { prunablesOf } from '../../../apps/order-service/src/operations/housekeeping.js';
import { keeping } from '../housekeeping/old-house.js';
import { passThrough } from '../housekeeping/pass.js';
import { eventually } from '../../support/eventually.js';
import { envelopeOf, onWire } from '../hostile-amqp/wire.js';
import { ParkedFixture, queue, type ApiAnswer } from './parked-fixture.js';

jest.setTimeout(120_000);

let service: ParkedFixture;

beforeAll(async () => {
  service = await ParkedFixture.create();
});
afterAll(() => service.drop());
beforeEach(() => service.start());
afterEach(() => service.stop());

const good = { reservationId: newId(), lines: [{ sku: 'OAK-TABLE', quantity: 2 }] };
const group = { queue, type: ReserveStock.type, reason: 'defect' };

async function park(count: number, body?: string): Promise<void> {
  const before = (await service.rows()).length;
  const messages = Array.from({ length: count }, () => onWire(envelopeOf(ReserveStock, good)));
  await service.parkAll(messages.map(({ body: whole, properties }) => ({ body: body ?? whole, properties })));
  await service.collected(before + count);
}

const many = (action: string, payload: object, headers = {}): Promise<ApiAnswer> =>
  service.call('POST', `/${action}`, { reason: 'inventory is mended', ...payload }, { headers });

const job = async (id: string) => (await service.call('GET', `/api/admin/jobs/${id}`)).body;

const finished = (id: string) =>
  eventually(async () => {
    const now = await job(id);
    if (now.state !== 'finished') throw new Error(JSON.stringify(now));
    return now;
  }, 60_000);

async function emptyQueue(): Promise<Set<string>> {
  const ids = new Set<string>();
  const messages = await service.drain(queue);
  for (const { properties } of messages) ids.add(properties.messageId as string);
  expect(ids.size).toBe(messages.length);
  return ids;
}

describe('redriving a thousand messages', () => {
  it('goes on where it stopped when the process ends in the middle, and sends each once', async () => {
    await park(1_000);
    const { status, headers, body } = await many('redrive', { filter: group });
    expect([status, headers['location'], body.total]).toEqual([202, `/api/admin/jobs/${body.id}`, 1_000]);
    const before = await eventually(async () => {
      const now = await job(body.id);
      if (now.done === 0) throw new Error('not begun');
      return now.done as number;
    });
    expect(before).toBeLessThan(1_000);
    await service.stop();
    await service.start();
    await expect(finished(body.id)).resolves.toMatchObject({ done: 1_000, failed: 0, total: 1_000 });
    await eventually(async () => expect(await service.probe.depth(queue)).toBe(1_000), 20_000);
    expect((await emptyQueue()).size).toBe(1_000);
    await expect(service.rows({ jobId: body.id, state: 'redriven' })).resolves.toHaveLength(1_000);
    await expect(service.trail(`job:${body.id}`)).resolves.toMatchObject([
      { action: 'parked.redrive-many', outcome: expect.stringMatching(/^1000 messages: /) },
    ]);
  });

  it('is taken over from a worker that died with it', async () => {
    await park(5);
    const { body } = await many('redrive', { filter: group });
    await finished(body.id);
    await emptyQueue();
    await park(5);
    // As a dead worker leaves it: in hand, until its lease is over.
    await service.query(
      `UPDATE operator_jobs SET state = 'running', finished_at = NULL, owner = UNHEX(?), fence = fence + 1,
       created_at = UTC_TIMESTAMP(6), lease_until = UTC_TIMESTAMP(6) + INTERVAL 2 SECOND WHERE id = ?`,
      newId().replaceAll('-', ''),
      idToBytes(body.id),
    );
    await expect(finished(body.id)).resolves.toMatchObject({ done: 10 });
    await emptyQueue();
  });

  it('leaves out what comes back meanwhile, what somebody else settled, and what cannot go back', async () => {
    await park(3);
    await park(2, 'no message');
    const filter = { queue, reason: 'defect' };
    const { body } = await many('redrive', { filter });
    await expect(finished(body.id)).resolves.toMatchObject({ total: 5, done: 3, failed: 2 });
    await expect(service.rows({ state: 'parked' })).resolves.toHaveLength(2);
    await emptyQueue();
    const discarded = await many('discard', { filter });
    await expect(finished(discarded.body.id)).resolves.toMatchObject({ done: 2, kind: 'parked-discard' });
  });

  it('says beforehand how many and which, and does nothing', async () => {
    await park(12);
    const { status, body } = await many('redrive', { filter: group, preview: true });
    expect([status, body.count, body.sample.length]).toEqual([200, 12, 10]);
    expect(body.sample[0]).toMatchObject(group);
    await expect(service.rows({ state: 'parked' })).resolves.toHaveLength(12);
    await finished((await many('discard', { filter: group })).body.id);
  });

  it('is one job when it is sent twice with one key', async () => {
    await park(3);
    const headers = { 'idempotency-key': randomUUID() };
    const send = () => many('discard', { filter: group }, headers);
    const answers = await Promise.all([send(), send(), send()]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    await finished(answers[0]!.body.id);
  });

  it('has to be told which', async () => {
    for (const filter of [undefined, {}, { state: 'redriven' }, { queue: 'x' }]) {
      expect((await many('redrive', { filter })).status).toBe(400);
    }
    expect((await service.call('GET', `/api/admin/jobs/${newId()}`)).body.code).toBe('job-not-found');
    expect((await service.call('GET', '/api/admin/jobs/x')).body.code).toBe('job-not-found');
  });
});

const pruned = () => {
  const settled = prunablesOf(keeping).find(({ table }) => table === 'parked_messages')!;
  return passThrough(service.app.get(DataSource), settled, { limit: 100 });
};

it('forgets what was done with long enough ago, and nothing that waits', async () => {
  await service.query('DELETE FROM parked_messages');
  await service.query('DELETE FROM parked_message_bodies');
  await park(250);
  await finished((await many('discard', { filter: group })).body.id);
  await park(2);
  await expect(pruned()).resolves.toEqual({ parked_message_bodies: 0, parked_messages: 0 });
  await service.query(
    `UPDATE parked_messages SET settled_at = settled_at - INTERVAL 31 DAY WHERE state <> 'parked'`,
  );
  await service.query('UPDATE parked_messages SET parked_at = parked_at - INTERVAL 99 DAY');
  await expect(pruned()).resolves.toEqual({ parked_message_bodies: 250, parked_messages: 250 });
  await expect(service.rows()).resolves.toHaveLength(2);
  await expect(service.query('SELECT id FROM parked_message_bodies')).resolves.toHaveLength(2);
});
