import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { newId } from '#libs/kernel/ids.js';
import { registry } from '#libs/observability/metrics.js';
import { currentContext } from '#libs/observability/request-context.js';
import { eventually } from '../../support/eventually.js';
import { MessagingFixture, envelopeOf, reserveStock } from './fixture.js';

jest.setTimeout(60_000);

describe('A message on its way', () => {
  let service: MessagingFixture;

  beforeAll(async () => {
    service = await MessagingFixture.create();
    await service.start({ deliverTwice: true });
    service.useInbox();
  });

  afterAll(async () => {
    await service.stop();
    await service.drop();
  });

  beforeEach(() => {
    service.handling.received.length = 0;
    service.handling.effects = 0;
  });

  it('goes from a unit of work to a handler, and has its effect once though delivered twice', async () => {
    const message = reserveStock();
    const [id] = await service.publish(message);
    await eventually(() => expect(service.handling.received).toHaveLength(2));
    expect(service.handling.received[0]).toMatchObject({
      id,
      type: 'inventory.reserve-stock.v1',
      source: '/inventory-service',
      subject: message.subject,
      commandid: message.commandId,
      data: message.data,
    });
    await service.outboxEmpties();
    await eventually(async () => expect(await service.inboxRows()).toHaveLength(1));
    // The handler hears of its commit after the table shows it.
    await eventually(() => expect(service.handling.effects).toBe(1));
  });

  it('arrives for each of a thousand units of work, each with one effect', async () => {
    const before = (await service.inboxRows()).length;
    await Promise.all(Array.from({ length: 1_000 }, () => service.publish(reserveStock())));
    await eventually(() => expect(service.handling.effects).toBe(1_000), 30_000);
    await service.outboxEmpties();
    expect(await service.inboxRows()).toHaveLength(before + 1_000);
    expect(await service.probe.depth(service.queue)).toBe(0);
  });

  it('keeps the order of its subject', async () => {
    const subject = newId();
    const messages = Array.from({ length: 50 }, () => reserveStock(subject));
    for (const message of messages) await service.publish(message);
    await eventually(() => expect(service.handling.effects).toBe(50));
    const commands = service.handling.received.map(({ commandid }) => commandid);
    expect([...new Set(commands)]).toEqual(messages.map(({ commandId }) => commandId));
  });

  it('is handled in the context that its envelope tells', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const envelope = envelopeOf({ traceparent: `00-${traceId}-00f067aa0ba902b7-01`, sagaid: newId() });
    let seen: unknown;
    const handle = service.handling.handle;
    service.handling.handle = (message) => {
      seen = currentContext();
      return handle(message);
    };
    await service.send(JSON.stringify(envelope), { messageId: envelope.id });
    await eventually(() => expect(seen).toBeDefined());
    service.handling.handle = handle;
    expect(seen).toMatchObject({
      requestId: envelope.id,
      traceId,
      orderId: envelope.subject,
      sagaId: envelope.sagaid,
    });
  });

  it('is counted', async () => {
    const metrics = await registry.metrics();
    expect(metrics).toMatch(/^orders_outbox_published_total [1-9]/m);
    expect(metrics).toMatch(/^orders_broker_up 1$/m);
    await eventually(async () =>
      expect(await registry.metrics()).toContain('orders_parked_messages{queue="inventory.commands"} 0'),
    );
    expect(metrics).toMatch(
      /orders_messages_processed_total\{consumer="inventory.commands",message_type="inventory.reserve-stock.v1",result="handled"\} [1-9]/,
    );
  });
});
