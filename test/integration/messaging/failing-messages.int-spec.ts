import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { parkedQueueOf } from '#libs/contracts/topology.js';
import { ReleaseStock } from '#libs/contracts/inventory/inventory.messages.js';
import { Defect, Fault } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import { eventually } from '../../support/eventually.js';
import { MessagingFixture, envelopeOf } from './fixture.js';

jest.setTimeout(60_000);

describe('A message that cannot be handled', () => {
  let service: MessagingFixture;

  beforeAll(async () => {
    service = await MessagingFixture.create();
  });

  beforeEach(async () => {
    await service.start({
      retryDelays: [
        { name: 'retry.test.200ms', seconds: 0.2 },
        { name: 'retry.test.400ms', seconds: 0.4 },
      ],
    });
    service.useInbox();
  });

  afterEach(async () => {
    await service.stop();
  });

  afterAll(async () => {
    await service.drop();
  });

  const sendEnvelope = (envelope = envelopeOf(), headers: Record<string, unknown> = {}): Promise<void> =>
    service.send(JSON.stringify(envelope), { messageId: envelope.id, headers });

  const valid = envelopeOf();
  it.each<[string, string, Buffer | string, string | undefined]>([
    ['is not JSON', 'not-json', 'hello', valid.id],
    ['is not UTF-8', 'not-utf8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), valid.id],
    ['has no message id', 'no-message-id', JSON.stringify(valid), undefined],
    ['has another message id', 'message-id-mismatch', JSON.stringify(valid), newId()],
    [
      'has an unknown version',
      'unknown-type',
      JSON.stringify({ ...valid, type: 'inventory.reserve-stock.v9' }),
      valid.id,
    ],
    ['breaks its schema', 'invalid-data', JSON.stringify({ ...valid, data: { lines: [] } }), valid.id],
    ['has no handler here', 'no-handler', JSON.stringify({ ...valid, type: ReleaseStock.type }), valid.id],
    ['has 10 MB', 'too-large', Buffer.alloc(10 * 1024 * 1024, ' '), valid.id],
  ])('is parked at once when it %s, and the queue goes on', async (_, reason, body, messageId) => {
    await service.send(body, messageId === undefined ? {} : { messageId });
    await sendEnvelope();
    const parked = await service.parkedMessage();
    expect(parked.content.equals(Buffer.from(body))).toBe(true);
    expect(parked.properties.messageId).toBe(messageId);
    expect(parked.properties.headers).toMatchObject({
      'x-parked-reason': reason,
      'x-parked-from': service.queue,
      'x-attempt': 0,
    });
    expect(Date.parse(parked.properties.headers!['x-parked-at'])).not.toBeNaN();
    await eventually(() => expect(service.handling.effects).toBe(1));
  });

  it('is parked at once when its handler finds a defect', async () => {
    service.handling.handle = () => Promise.reject(new Defect('an amount does not match'));
    await sendEnvelope();
    const parked = await service.parkedMessage();
    expect(parked.properties.headers).toMatchObject({
      'x-parked-reason': 'defect',
      'x-parked-detail': 'Defect: an amount does not match',
    });
    expect(service.handling.received).toHaveLength(1);
  });

  it('is parked when its id came before with another body, and without effect', async () => {
    const first = envelopeOf();
    await sendEnvelope(first);
    await eventually(() => expect(service.handling.effects).toBe(1));
    await sendEnvelope({ ...first, subject: newId() });
    const parked = await service.parkedMessage();
    expect(parked.properties.headers).toMatchObject({ 'x-parked-reason': 'defect' });
    expect(service.handling.effects).toBe(1);
  });

  it('has no effect when it came before', async () => {
    const message = envelopeOf();
    for (let copy = 0; copy < 5; copy++) await sendEnvelope(message);
    await eventually(() => expect(service.handling.received).toHaveLength(5));
    await eventually(async () => expect(await service.probe.depth(service.queue)).toBe(0));
    expect(service.handling.effects).toBe(1);
  });

  it('succeeds by a quick try when the fault passes quickly', async () => {
    const handle = service.handling.handle;
    let tries = 0;
    service.handling.handle = (message) => {
      if (++tries < 3) throw new Fault('busy');
      return handle(message);
    };
    await sendEnvelope();
    await eventually(() => expect(service.handling.effects).toBe(1));
    expect(tries).toBe(3);
  });

  it('comes back to its queue after each delay, with its bytes, and is parked in the end', async () => {
    service.handling.handle = () => Promise.reject(new Error('who knows'));
    const message = envelopeOf();
    await service.send(JSON.stringify(message), { messageId: message.id, CC: ['order.updated'] });
    const parked = await service.parkedMessage();
    expect(parked.content.toString()).toBe(JSON.stringify(message));
    expect(parked.properties.headers).toMatchObject({ 'x-parked-reason': 'attempts-spent', 'x-attempt': 2 });
    // Three deliveries, each with a first and three quick tries.
    expect(service.handling.received).toHaveLength(12);
    expect(await service.probe.depth(service.queue)).toBe(0);
  });

  it.each([999, -7, 'soon', 1.5])('does not believe an attempt of %p', async (forged) => {
    service.handling.handle = () => Promise.reject(new Error('who knows'));
    await sendEnvelope(envelopeOf(), { 'x-attempt': forged });
    const parked = await service.parkedMessage();
    expect(parked.properties.headers).toMatchObject({ 'x-attempt': 2 });
  });

  it('stays where it is while everything fails, and is handled when that is over', async () => {
    const handle = service.handling.handle;
    service.handling.handle = () => Promise.reject(new Fault('the database is away'));
    const messages = Array.from({ length: 30 }, () => envelopeOf());
    for (const message of messages) await sendEnvelope(message);
    // Five failures until it slows down, and then probes.
    await eventually(() => expect(service.handling.received.length).toBeGreaterThan(7));
    service.handling.handle = handle;
    await eventually(() => expect(service.handling.effects).toBe(30), 20_000);
    const waits = ['200ms', '400ms'].map((wait) => `inventory-service.retry.test.${wait}`);
    for (const queue of [parkedQueueOf(service.queue), ...waits]) {
      expect(await service.probe.depth(queue)).toBe(0);
    }
  });
});
