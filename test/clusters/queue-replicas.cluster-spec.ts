import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { HealthReport } from '#libs/observability/health/health.controller.js';
import { eventually } from '../support/eventually.js';
import { orderFor, OrderClient } from '../support/order-client.js';
import { Stack } from '../support/stack.js';
import { endClusters } from './cluster-folder.js';
import { loneDatabase, stackServers } from './cluster-servers.js';
import { RabbitmqCluster } from './rabbitmq-cluster.js';

jest.setTimeout(300_000);

/** A look a minute, and a busy machine. */
const seenMs = 240_000;

let brokers: RabbitmqCluster;
let stack: Stack;

beforeAll(async () => {
  await endClusters();
  const [database, alone] = await Promise.all([loneDatabase(), RabbitmqCluster.startAlone()]);
  brokers = alone;
  stack = await Stack.start({
    servers: await stackServers(database.url, brokers.urls[0]!),
    environment: { RABBITMQ_MANAGEMENT_URL: brokers.managementUrl },
  });
});

afterAll(async () => {
  await stack?.stop();
  await endClusters();
}, 120_000);

/** Waits until each service shows of every queue that it lacks so many replicas. */
const everyQueueLacks = (count: number): Promise<void> =>
  eventually(async () => {
    for (const { instance, metricsUrl } of Object.values(stack.services)) {
      const page = await (await fetch(metricsUrl)).text();
      const shown = [...page.matchAll(/^orders_queue_replicas_missing\{.*\} (.+)$/gm)].map(
        ([, value]) => value,
      );
      expect([instance, shown.length > 10, ...new Set(shown)]).toEqual([instance, true, String(count)]);
    }
  }, seenMs);

async function healthOfReplicas(): Promise<unknown> {
  const client = new OrderClient(stack.orderUrl, stack.token('somebody', ['operator']));
  const { body } = await client.get<HealthReport>('/health');
  return body.checks['rabbitmq (replicas)'];
}

async function expectOrdersGetThrough(): Promise<void> {
  const client = new OrderClient(stack.orderUrl, stack.token('customer'));
  const { body } = await client.place(orderFor('OAK-TABLE'));
  expect(await client.becomes(body.id, ['CONFIRMED'], 60_000)).toMatchObject({ id: body.id });
}

describe('queues that are older than their cluster', () => {
  it('lack nothing while there is one node', async () => {
    await everyQueueLacks(0);
    expect(await healthOfReplicas()).toMatchObject({ status: 'up' });
  });

  it('are told of when there are three, and work', async () => {
    await brokers.join();
    await everyQueueLacks(2);
    expect(await healthOfReplicas()).toMatchObject({
      status: 'degraded',
      detail: expect.stringContaining('order-service.replies'),
    });
    await expectOrdersGetThrough();
  });

  it('lack nothing any more once they have grown, while orders are carried on', async () => {
    await brokers.grow(1);
    await everyQueueLacks(1);
    await brokers.grow(2);
    await everyQueueLacks(0);
    expect(await healthOfReplicas()).toMatchObject({ status: 'up' });
    await expectOrdersGetThrough();
    expect(Object.values(stack.services).flatMap((service) => service.complaints())).toEqual([]);
  });
});
