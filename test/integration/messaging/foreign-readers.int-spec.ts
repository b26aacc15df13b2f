import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { connect } from 'amqplib';
import type { INestApplication } from '@nestjs/common';
import { registry } from '#libs/observability/metrics.js';
import { refuseSharedQueues } from '../../../scripts/lib/refuse-shared-queues.mjs';
import { eventually } from '../../support/eventually.js';
import { MessagingFixture } from './fixture.js';

jest.setTimeout(60_000);

const countReadersEveryMs = 50;

describe("A participant's queue", () => {
  let service: MessagingFixture;
  let second: INestApplication | undefined;

  beforeAll(async () => {
    service = await MessagingFixture.create();
    await service.start({ countReadersEveryMs });
  });

  afterAll(async () => {
    await service.drop();
  });

  const foreignReaders = async (): Promise<number | undefined> =>
    (await registry.getSingleMetric('orders_queue_foreign_readers')?.get())?.values[0]?.value;

  const refused = (): Promise<void> =>
    refuseSharedQueues(service.broker.url, [{ service: 'inventory-service', queue: service.queue }], 0);

  const readers = (count: number): Promise<void> =>
    eventually(async () => expect(await service.probe.consumers(service.queue)).toBe(count));

  it('may be read by several instances of one participant', async () => {
    second = await service.startInstance({ countReadersEveryMs });
    await readers(2);
    await new Promise((resolve) => setTimeout(resolve, 10 * countReadersEveryMs));
    expect(await foreignReaders()).toBe(0);
    await expect(refused()).resolves.toBeUndefined();
    await second.close();
  });

  it('is told of when somebody else reads it, and no longer when that one has gone', async () => {
    const model = await connect(service.broker.url);
    const channel = await model.createChannel();
    await channel.consume(service.queue, () => undefined);
    await eventually(async () => expect(await foreignReaders()).toBe(1));
    await expect(refused()).rejects.toThrow('npm start -- --without inventory');
    await model.close();
    await eventually(async () => expect(await foreignReaders()).toBe(0));
    await service.stop();
    await expect(refused()).resolves.toBeUndefined();
  });

  it('is nobody else’s where it is not declared yet', async () => {
    const nowhere = [{ service: 'payment-service', queue: 'no.such.queue' }];
    await expect(refuseSharedQueues(service.broker.url, nowhere, 0)).resolves.toBeUndefined();
  });
});
