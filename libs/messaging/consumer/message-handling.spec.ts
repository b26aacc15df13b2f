import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ReserveStock } from '#libs/contracts/inventory/inventory.messages.js';
import { retryDelays } from '#libs/contracts/topology.js';
import { Defect, Fault } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import { registry } from '#libs/observability/metrics.js';
import { CircuitBreaker, type Attempt } from './circuit-breaker.js';
import type { ProcessingResult } from './consumer-metrics.js';
import type { Delivery } from '../parking/delivery.js';
import { noteDuplicate } from '../inbox/duplicates.js';
import { MessageHandling, type MessageHandler } from './message-handling.js';
import { SenderCheck } from './sender-check.js';
import { BrokerUsers } from '../broker/broker-users.js';
import { FakePublisher } from '../testing/fake-publisher.js';

const queue = 'inventory.commands';

const delivery = (changes: Partial<Delivery> = {}): Delivery => {
  const id = newId();
  const body = Buffer.from(
    JSON.stringify({
      specversion: '1.0',
      id,
      type: ReserveStock.type,
      source: '/order-service',
      subject: newId(),
      time: '2026-01-02T03:04:05.678Z',
      datacontenttype: 'application/json',
      dataschema: `/schemas/${ReserveStock.type}.json`,
      sagaid: newId(),
      commandid: newId(),
      data: { reservationId: newId(), lines: [{ sku: 'SKU-1', quantity: 1 }] },
    }),
  );
  const firstSender = 'order-service';
  return { queue, tag: 1, id, body, attempt: 0, firstSender, earlierDeliveries: 0, ...changes };
};

describe('Handling a delivery', () => {
  let publisher: FakePublisher;
  let circuitBreaker: CircuitBreaker;
  let channelGone: AbortController;
  let handler: MessageHandler;
  let calls: number;

  beforeAll(() => Logger.overrideLogger(false));

  beforeEach(() => {
    jest.useFakeTimers();
    publisher = new FakePublisher();
    circuitBreaker = new CircuitBreaker();
    channelGone = new AbortController();
    calls = 0;
  });

  afterEach(() => {
    circuitBreaker.stop();
    jest.useRealTimers();
  });

  /** Handles it, and lets as much time pass as that takes, up to a minute. */
  const handle = async (each: Delivery): Promise<ProcessingResult | 'in hand'> => {
    const handling = new MessageHandling(
      'inventory-service',
      new SenderCheck(new BrokerUsers('inventory-service')),
      (type) =>
        type === ReserveStock.type
          ? (message) => {
              calls += 1;
              return handler(message);
            }
          : undefined,
      publisher,
      circuitBreaker,
      retryDelays,
    );
    let result: ProcessingResult | 'in hand' = 'in hand';
    void handling.handle(each, channelGone.signal).then((ended) => (result = ended));
    await jest.advanceTimersByTimeAsync(60_000);
    return result;
  };
  const rejecting =
    (error: Error): MessageHandler =>
    () =>
      Promise.reject(error);

  it('ends when the handler does', async () => {
    handler = () => Promise.resolve();
    expect(await handle(delivery())).toBe('handled');
    expect(publisher.published).toEqual([]);
  });

  it('recognises a duplicate', async () => {
    handler = (message) => Promise.resolve(noteDuplicate(message));
    expect(await handle(delivery())).toBe('duplicate');
  });

  it('parks what cannot be read, byte by byte', async () => {
    const unreadable = delivery({ body: Buffer.from([0xff, 0x00]), id: undefined });
    expect(await handle(unreadable)).toBe('parked');
    expect(publisher.published).toEqual([
      expect.objectContaining({
        exchange: 'inventory-service.moves',
        routingKey: 'inventory.commands.parked',
        mandatory: true,
        body: unreadable.body,
        headers: expect.objectContaining({ 'x-parked-reason': 'not-utf8', 'x-parked-from': queue }),
      }),
    ]);
  });

  it.each([
    ['of somebody else', 'payment-service', 'wrong-sender'],
    ['of nobody knows whom', undefined, 'no-sender'],
  ])('parks a command %s at once, with who that was', async (_, firstSender, reason) => {
    handler = () => Promise.resolve();
    expect(await handle(delivery({ firstSender }))).toBe('parked');
    expect(calls).toBe(0);
    expect(publisher.published[0]!.headers).toMatchObject({
      'x-parked-reason': reason,
      'x-first-sender': firstSender ?? '',
    });
  });

  it('parks at the first defect', async () => {
    handler = rejecting(new Defect('broken'));
    expect(await handle(delivery())).toBe('parked');
    expect(calls).toBe(1);
  });

  it('moves a message on to the next delay after its quick tries', async () => {
    handler = rejecting(new Error('who knows'));
    const failing = delivery({ attempt: 1 });
    expect(await handle(failing)).toBe('delayed');
    expect(calls).toBe(4);
    expect(publisher.published).toEqual([
      expect.objectContaining({
        exchange: 'inventory-service.retry.1m',
        routingKey: queue,
        mandatory: true,
        id: failing.id,
        body: failing.body,
        headers: { 'x-attempt': 2, 'x-first-sender': 'order-service' },
      }),
    ]);
  });

  it('parks when its attempts are spent', async () => {
    handler = rejecting(new Error('who knows'));
    expect(await handle(delivery({ attempt: 3 }))).toBe('parked');
    expect(publisher.published[0]!.headers).toMatchObject({
      'x-parked-reason': 'attempts-spent',
      'x-attempt': 3,
    });
  });

  it('is not done with a message before the broker has it in its new place', async () => {
    handler = rejecting(new Defect('broken'));
    publisher.outcome = () => 'returned';
    expect(await handle(delivery())).toBe('in hand');
    expect(publisher.published.length).toBeGreaterThan(10);
    channelGone.abort();
    expect(await handle(delivery())).toBe('abandoned');
  });

  it('gives messages back while everything fails, as new ones that have lost none of their tries', async () => {
    handler = rejecting(new Fault('the database is away'));
    const first = delivery();
    expect(await handle(first)).toBe('given-back');
    expect(circuitBreaker.isOpen).toBe(true);
    // A day of probes.
    for (let probe = 0; probe < 1_440; probe++)
      expect(await handle(delivery({ attempt: 3 }))).toBe('given-back');
    expect(publisher.published[0]).toMatchObject({
      exchange: 'inventory-service.moves',
      routingKey: queue,
      mandatory: true,
      id: first.id,
      body: first.body,
      headers: { 'x-attempt': 0 },
    });
    expect(publisher.published.map(({ routingKey }) => routingKey)).toEqual(Array(1_441).fill(queue));
    expect(publisher.published.at(-1)!.headers).toEqual({
      'x-attempt': 3,
      'x-first-sender': 'order-service',
    });
    handler = () => Promise.resolve();
    expect(await handle(delivery())).toBe('handled');
    expect(circuitBreaker.isOpen).toBe(false);
  });

  it('holds no other message while one waits to probe', async () => {
    handler = rejecting(new Fault('the database is away'));
    await handle(delivery());
    void circuitBreaker.enter();
    calls = 0;
    expect(await handle(delivery())).toBe('given-back');
    expect(calls).toBe(0);
  });

  it('moves on with a message whose faults are its own, as others are handled meanwhile', async () => {
    const another = async (): Promise<void> => ((await circuitBreaker.enter()) as Attempt).succeeded();
    handler = () => another().then(() => Promise.reject(new Fault('its own trouble')));
    expect(await handle(delivery())).toBe('delayed');
    expect(circuitBreaker.isOpen).toBe(false);
  });

  it('gives back what waits to probe when the consumer stops, so that stops do not count', async () => {
    handler = rejecting(new Fault('the database is away'));
    expect(await handle(delivery())).toBe('given-back');
    const waiting = handle(delivery());
    circuitBreaker.stop();
    expect(await waiting).toBe('given-back');
  });

  it('leaves to the broker what comes while the consumer stops', async () => {
    circuitBreaker.stop();
    expect(await handle(delivery())).toBe('abandoned');
  });

  it('gives back what was in hand when many connections were lost in an outage, and never parks it', async () => {
    handler = rejecting(new Fault('the database is away'));
    await handle(delivery());
    calls = 0;
    expect(await handle(delivery({ earlierDeliveries: 10 }))).toBe('given-back');
    expect(calls).toBe(0);
    expect(publisher.published.at(-1)).toMatchObject({ routingKey: queue, headers: { 'x-attempt': 0 } });
  });

  it('counts how it ended', async () => {
    handler = () => Promise.resolve();
    const of = async (): Promise<number> => {
      const metrics = await registry.metrics();
      const [, count = '0'] =
        /orders_messages_processed_total\{consumer="inventory.commands",message_type="inventory.reserve-stock.v1",result="handled"\} (\d+)/.exec(
          metrics,
        ) ?? [];
      return Number(count);
    };
    const before = await of();
    await handle(delivery());
    expect(await of()).toBe(before + 1);
  });
});
