import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { parkedQueueOf } from '#libs/contracts/topology.js';
import { newId } from '#libs/kernel/ids.js';
import { registry } from '#libs/observability/metrics.js';
import { ReserveStock } from '#libs/contracts/inventory/inventory.messages.js';
import { eventually } from '../../support/eventually.js';
import { envelopeOf, onWire } from '../hostile-amqp/wire.js';
import { ParkedFixture, queue } from './parked-fixture.js';

jest.setTimeout(90_000);

let service: ParkedFixture;

beforeAll(async () => {
  service = await ParkedFixture.create();
});
afterAll(() => service.drop());

beforeEach(() => service.start());
afterEach(() => service.stop());

describe('a parked message', () => {
  it('is collected once, with its bytes and all that is known of it, though it is delivered twice', async () => {
    const message = envelopeOf(ReserveStock, { lines: 'no' });
    const { body, properties } = onWire(message);
    await service.park(body, {
      ...properties,
      headers: { 'x-parked-reason': 'invalid-data', 'x-parked-detail': '/lines: no, tok_planted' },
    });
    const [row] = await service.collected(1, { messageId: message.id });
    expect(row).toMatchObject({
      queue,
      type: ReserveStock.type,
      subject: message.subject,
      sagaId: message.sagaid,
      reason: 'invalid-data',
      detail: '/lines: no, [payment token]',
      state: 'parked',
      redrives: 0,
      contentType: 'application/cloudevents+json',
      sizeBytes: body.length,
      edited: false,
    });
    await expect(service.original(row!.id)).resolves.toEqual(Buffer.from(body));
  });

  it.each([
    ['is no text', Buffer.from([0, 0xff, 0xfe, 0x80])],
    ['is empty', Buffer.alloc(0)],
    ['is as large as a consumer reads', randomBytes(1024 * 1024)],
  ])('is kept byte for byte when it %s', async (_, body) => {
    const messageId = newId();
    await service.park(body, { messageId });
    const [row] = await service.collected(1, { messageId });
    expect((await service.original(row!.id)).equals(body)).toBe(true);
    expect(row).toMatchObject({ type: null, subject: null, sagaId: null });
  });

  it('leaves its beginning, its size and its hash when it is too large for any consumer', async () => {
    const [body, messageId] = [randomBytes(10 * 1024 * 1024), newId()];
    await service.park(body, { messageId, headers: { 'x-parked-reason': 'too-large' } });
    const [row] = await service.collected(1, { messageId });
    expect(row).toMatchObject({ sizeBytes: body.length, reason: 'too-large' });
    expect(row!.bodyHash.equals(createHash('sha256').update(body).digest())).toBe(true);
    expect((await service.original(row!.id)).equals(body.subarray(0, 64 * 1024))).toBe(true);
  });

  it('is there for an unknown reason when nobody said why, and each such message is seen', async () => {
    const messageId = newId();
    await service.probe.send(parkedQueueOf(queue), 'by hand', { messageId });
    const [row] = await service.collected(1, { messageId });
    expect(row).toMatchObject({ reason: 'unknown', state: 'parked' });
  });

  it('has the delivery limit for a reason when it killed every process that took it', async () => {
    const messageId = newId();
    await service.probe.send(queue, 'poison', { messageId });
    await service.dieWithMessage(queue, 21);
    const [row] = await service.collected(1, { messageId });
    expect(row).toMatchObject({ reason: 'delivery-limit', queue });
    expect(Date.now() - row!.parkedAt.getTime()).toBeLessThan(60_000);
  });

  it('waits in its lot while the database is away, and is collected afterwards', async () => {
    const ids = Array.from({ length: 30 }, () => newId());
    service.network.refuse();
    for (const messageId of ids) await service.park('x', { messageId });
    // Some are in hand, and stay so: nothing is acked.
    await expect(service.rows()).rejects.toThrow();
    service.network.accept();
    await eventually(async () => {
      const kept = new Set((await service.rows()).map(({ messageId }) => messageId));
      expect(ids.filter((id) => !kept.has(id))).toEqual([]);
    }, 60_000);
    await eventually(async () => expect(await service.probe.depth(parkedQueueOf(queue))).toBe(0));
  });

  it('outlives more lost connections than its broker allows, while the database is away', async () => {
    const messageId = newId();
    service.network.refuse();
    await service.park('stubborn', { messageId });
    await service.stop();
    // RabbitMQ 4 would drop it at the twentieth; whatever the broker, it has to be young again when it is collected.
    await service.dieWithMessage(parkedQueueOf(queue), 15);
    service.network.accept();
    await service.start();
    const [row] = await service.collected(1, { messageId });
    expect(row).toMatchObject({ reason: 'defect', queue, state: 'parked' });
  });

  it('is counted where it waits for a person', async () => {
    const waiting = (await service.rows({ state: 'parked' })).length;
    await service.stop();
    await service.park('one more', { messageId: newId() });
    await service.start();
    await eventually(
      async () =>
        expect(await registry.metrics()).toContain(`orders_parked_messages{queue="${queue}"} ${waiting + 1}`),
      20_000,
    );
  });
});
