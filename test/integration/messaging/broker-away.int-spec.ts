import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AmqpTransport } from '#libs/messaging/consumer/amqp-transport.js';
import { registry } from '#libs/observability/metrics.js';
import { eventually } from '../../support/eventually.js';
import { TcpProxy } from '../../../tools/faults/tcp-proxy.js';
import { MessagingFixture, envelopeOf, reserveStock } from './fixture.js';

jest.setTimeout(60_000);

describe('When the broker goes away', () => {
  let service: MessagingFixture;
  let proxy: TcpProxy;

  beforeEach(async () => {
    service = await MessagingFixture.create();
    proxy = await TcpProxy.to(service.broker.url);
  });

  afterEach(async () => {
    await service.stop();
    await proxy.close();
    await service.drop();
  });

  it('starts without it, accepts work, and sends when it comes', async () => {
    proxy.refuse();
    await service.startUnattached({ url: proxy.url(service.broker.url) });
    service.useInbox();
    await Promise.all(Array.from({ length: 20 }, () => service.publish(reserveStock())));
    expect(await service.outboxRows()).toHaveLength(20);
    expect(await registry.metrics()).toMatch(/^orders_broker_up 0$/m);
    proxy.accept();
    await eventually(() => expect(service.handling.effects).toBe(20), 20_000);
    await service.outboxEmpties();
  });

  it('loses nothing when connections break again and again under load', async () => {
    await service.start({ url: proxy.url(service.broker.url), deliverTwice: true });
    service.useInbox();
    const published: Promise<unknown>[] = [];
    for (let round = 0; round < 4; round++) {
      for (let count = 0; count < 100; count++) published.push(service.publish(reserveStock()));
      await new Promise((resolve) => setTimeout(resolve, 20));
      proxy.cut();
    }
    await Promise.all(published);
    await eventually(() => expect(service.handling.effects).toBe(400), 30_000);
    await service.outboxEmpties();
    await eventually(async () => expect(await service.probe.depth(service.queue)).toBe(0));
    expect(await service.inboxRows()).toHaveLength(400);
  });

  it('acks nothing on a new connection that was delivered on the old one', async () => {
    await service.start({ url: proxy.url(service.broker.url) });
    service.useInbox();
    const handle = service.handling.handle;
    let release = (): void => undefined;
    service.handling.handle = async (message) => {
      await new Promise<void>((resolve) => (release = resolve));
      return handle(message);
    };
    const slow = envelopeOf();
    await service.send(JSON.stringify(slow), { messageId: slow.id });
    await eventually(() => expect(service.handling.received).toHaveLength(1));
    service.handling.handle = handle;
    proxy.cut();
    await eventually(() => expect(service.handling.received).toHaveLength(2), 20_000);
    release();
    const next = envelopeOf();
    await service.send(JSON.stringify(next), { messageId: next.id });
    await eventually(() => expect(service.handling.effects).toBe(2));
    await eventually(async () => expect(await service.probe.depth(service.queue)).toBe(0));
    expect(service.app.get(AmqpTransport).isAttached).toBe(true);
  });

  it('comes back when the queue was deleted under it', async () => {
    await service.start();
    service.useInbox();
    await service.probe.deleteQueue(service.queue);
    await service.publish(reserveStock());
    await eventually(() => expect(service.handling.effects).toBe(1), 20_000);
  });

  it('goes on when an operator closes its connections', async () => {
    await service.start();
    service.useInbox();
    await service.broker.closeConnections(2);
    await service.publish(reserveStock());
    await eventually(() => expect(service.handling.effects).toBe(1), 20_000);
  });

  it('declares the same topology again at every start, and keeps what waits there', async () => {
    await service.start();
    await service.stop();
    const waiting = envelopeOf();
    await service.send(JSON.stringify(waiting), { messageId: waiting.id });
    await service.start();
    await eventually(() => expect(service.handling.received.map(({ id }) => id)).toEqual([waiting.id]));
  });

  it('finishes what is in hand at a shutdown, and leaves the rest in the queue', async () => {
    await service.start({ prefetch: 3 });
    service.useInbox();
    const handle = service.handling.handle;
    service.handling.handle = async (message) => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      return handle(message);
    };
    await service.publish(...Array.from({ length: 20 }, () => reserveStock()));
    await service.outboxEmpties();
    await eventually(() => expect(service.handling.received.length).toBeGreaterThanOrEqual(3));
    const handling = service.handling;
    await service.stop();
    expect(handling.effects).toBe(handling.received.length);
    const left = 20 - handling.effects;
    await eventually(async () => expect(await service.probe.depth(service.queue)).toBe(left));
    await service.start();
  });
});
