import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { registry } from '#libs/observability/metrics.js';
import { eventually } from '../../support/eventually.js';
import { TcpProxy } from '../../../tools/faults/tcp-proxy.js';
import { MessagingFixture, reserveStock } from './fixture.js';

jest.setTimeout(60_000);

let service: MessagingFixture;
let proxy: TcpProxy;

beforeEach(async () => {
  service = await MessagingFixture.create();
  proxy = await TcpProxy.to(service.broker.url);
  await service.start({ url: proxy.url(service.broker.url), publisher: { lateAfterMs: 100 } });
  service.useInbox();
});

afterEach(async () => {
  await service.stop();
  await proxy.close();
  await service.drop();
});

it('confirms that come late count: each message is sent once, and the outbox empties', async () => {
  await service.publish(reserveStock());
  await service.outboxEmpties();
  proxy.make({ stalled: 'to-client' });
  await service.publish(...Array.from({ length: 50 }, () => reserveStock()));
  await eventually(async () =>
    expect(await registry.metrics()).toMatch(/^orders_publisher_late_messages 50$/m),
  );
  expect(await service.outboxRows()).toHaveLength(50);
  proxy.heal();
  await service.outboxEmpties();
  await eventually(() => expect(service.handling.effects).toBe(51));
  expect(service.handling.received).toHaveLength(51);
});
