import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Fault } from '#libs/kernel/errors.js';
import { registry } from '#libs/observability/metrics.js';
import { eventually } from '../../support/eventually.js';
import { TcpProxy } from '../../../tools/faults/tcp-proxy.js';
import { MessagingFixture, reserveStock } from './fixture.js';

jest.setTimeout(120_000);

let service: MessagingFixture;
let proxy: TcpProxy;

beforeEach(async () => {
  service = await MessagingFixture.create();
  proxy = await TcpProxy.to(service.broker.url);
  await service.start({
    url: proxy.url(service.broker.url),
    circuitBreaker: { firstProbeMs: 100, maxProbeMs: 300 },
  });
});

afterEach(async () => {
  await service.stop();
  await proxy.close();
  await service.drop();
});

it('an outage costs messages none of their deliveries, however often connections are lost meanwhile', async () => {
  const isOpen = async (): Promise<boolean> =>
    (await registry.metrics()).includes(`orders_consumer_circuit_open{consumer="${service.queue}"} 1`);
  service.handling.handle = () => Promise.reject(new Fault('the database is away'));
  await service.publish(...Array.from({ length: 50 }, () => reserveStock()));
  await eventually(async () => expect(await isOpen()).toBe(true));
  const someProbes = async (): Promise<void> => {
    const tries = service.handling.received.length;
    await eventually(() => expect(service.handling.received.length).toBeGreaterThan(tries + 2));
    // What was given back has arrived there, however busy the machine is.
    await eventually(async () => expect(await service.probe.depth(service.queue)).toBeGreaterThanOrEqual(49));
  };
  await someProbes();
  const losses = 4;
  for (let loss = 0; loss < losses; loss += 1) {
    proxy.cut();
    await someProbes();
  }

  // What the broker counts towards its delivery limit. It would be 50 for each loss if all were held; it is the one that
  // probes, and perhaps the one that was just given back.
  const counts: number[] = [];
  for (let message = await service.probe.take(service.queue); message;) {
    counts.push(Number(message.properties.headers?.['x-delivery-count'] ?? 0));
    message = await service.probe.take(service.queue);
  }
  expect(counts.length).toBeGreaterThanOrEqual(45);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(2 * losses);
});

it('while nothing can be done, at most one message is in hand', async () => {
  service.handling.handle = () => Promise.reject(new Fault('the database is away'));
  await service.publish(...Array.from({ length: 50 }, () => reserveStock()));
  await eventually(async () => expect(await service.probe.depth(service.queue)).toBeGreaterThanOrEqual(49));
  service.useInbox();
  await eventually(() => expect(service.handling.effects).toBe(50), 30_000);
});
