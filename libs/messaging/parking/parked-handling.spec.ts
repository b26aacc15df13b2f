import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { ConsumeMessage } from 'amqplib';
import { queues } from '#libs/contracts/topology.js';
import { BrokerUsers } from '../broker/broker-users.js';
import type { ParkedDelivery } from './parked-delivery.js';
import { ParkedHandling } from './parked-handling.js';
import { FakePublisher } from '../testing/fake-publisher.js';

const message = (deliveries = 0): ConsumeMessage =>
  ({
    properties: { messageId: 'm', headers: { 'x-delivery-count': deliveries } },
    content: Buffer.from('bytes'),
    fields: {},
  }) as unknown as ConsumeMessage;

describe('a message from a parking lot', () => {
  const kept: ParkedDelivery[] = [];
  let failures: number;
  let publisher: FakePublisher;
  let handling: ParkedHandling;
  const never = new AbortController().signal;

  beforeEach(() => {
    jest.useFakeTimers();
    jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    kept.length = 0;
    failures = 0;
    publisher = new FakePublisher();
    const keep = async (found: ParkedDelivery): Promise<void> => {
      if (failures-- > 0) throw new Error('the database is away');
      kept.push(found);
    };
    const users = new BrokerUsers('order-service');
    handling = new ParkedHandling(queues.inventoryCommands, 'order-service', users, publisher, keep);
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('is settled when it is kept', async () => {
    await expect(handling.handle(message(), never)).resolves.toBe('settled');
    expect(kept).toHaveLength(1);
  });

  it('is tried again for as long as it cannot be kept, with one warning that it waits', async () => {
    failures = 50;
    const settled = handling.handle(message(), never);
    await jest.advanceTimersByTimeAsync(50 * 15_000);
    await expect(settled).resolves.toBe('settled');
    expect(kept).toHaveLength(1);
    expect(Logger.prototype.warn).toHaveBeenCalledTimes(1);
  });

  it('is left to the broker when its channel is gone', async () => {
    failures = Infinity;
    const gone = new AbortController();
    const decision = handling.handle(message(), gone.signal);
    gone.abort();
    await jest.advanceTimersByTimeAsync(15_000);
    await expect(decision).resolves.toBe('abandoned');
  });

  it('is left to the broker at once when the process stops', async () => {
    failures = Infinity;
    const decision = handling.handle(message(), never);
    await jest.advanceTimersByTimeAsync(10);
    handling.stop();
    await expect(decision).resolves.toBe('abandoned');
  });

  it('is put into its lot anew before the broker has delivered it too often', async () => {
    await expect(handling.handle(message(9), never)).resolves.toBe('settled');
    expect([kept.length, publisher.published.length]).toEqual([1, 0]);
    await expect(handling.handle(message(10), never)).resolves.toBe('settled');
    expect([kept.length, publisher.published.length]).toEqual([1, 1]);
    expect(publisher.published[0]).toMatchObject({ routingKey: 'inventory.commands.parked', id: 'm' });
  });

  it('is kept all the same when it cannot be put back', async () => {
    publisher.outcome = () => 'channel-closed';
    await expect(handling.handle(message(19), never)).resolves.toBe('settled');
    expect(kept).toHaveLength(1);
  });
});
