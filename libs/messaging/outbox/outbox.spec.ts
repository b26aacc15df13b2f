import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ReserveStock } from '#libs/contracts/inventory/inventory.messages.js';
import { OrderConfirmed } from '#libs/contracts/order/order.messages.js';
import { Defect } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import { runInContext } from '#libs/observability/request-context.js';
import type { OutboxRow } from './outbox.row.js';
import { Outbox } from './outbox.js';
import type { OutgoingMessage } from './outgoing-message.js';
import { maxBodyBytes, parseEnvelope } from '../envelope/parse-envelope.js';
import { RecordingWorkingSet } from '../testing/recording-working-set.js';

const command = (): OutgoingMessage<ReserveStock> => ({
  message: ReserveStock,
  subject: newId(),
  data: { reservationId: newId(), lines: [{ sku: 'SKU-1', quantity: 1 }] },
  sagaId: newId(),
  commandId: newId(),
  causationId: newId(),
  expiresAt: new Date('2026-01-02T03:05:30.678Z'),
});

const publish = (message: OutgoingMessage, now = new Date('2026-01-02T03:04:05.678Z')): OutboxRow => {
  const work = new RecordingWorkingSet(now);
  new Outbox('/order-service').publish(work, message);
  return work.inserted[0] as OutboxRow;
};

describe('Outbox', () => {
  it('writes a row that its receiver can read', () => {
    const message = command();
    const row = publish(message);
    const parsed = parseEnvelope(Buffer.from(row.body), row.id);
    expect(parsed).toMatchObject({
      readable: true,
      envelope: {
        id: row.id,
        type: 'inventory.reserve-stock.v1',
        source: '/order-service',
        subject: message.subject,
        time: '2026-01-02T03:04:05.678Z',
        dataschema: '/schemas/inventory.reserve-stock.v1.json',
        sagaid: message.sagaId,
        commandid: message.commandId,
        causationid: message.causationId,
        expirytime: '2026-01-02T03:05:30.678Z',
        data: message.data,
      },
    });
  });

  it('writes all that its relay and its receiver need, and nothing else', () => {
    const [message, now, work] = [command(), new Date('2026-01-02T03:04:05.678Z'), new RecordingWorkingSet()];
    const outbox = new Outbox('/order-service');
    const id = outbox.publish(Object.assign(work, { now }), message);
    const body = {
      specversion: '1.0',
      id,
      type: 'inventory.reserve-stock.v1',
      source: '/order-service',
      subject: message.subject,
      time: '2026-01-02T03:04:05.678Z',
      datacontenttype: 'application/json',
      dataschema: '/schemas/inventory.reserve-stock.v1.json',
      sagaid: message.sagaId,
      commandid: message.commandId,
      causationid: message.causationId,
      expirytime: '2026-01-02T03:05:30.678Z',
      data: message.data,
    };
    expect(work.inserted).toEqual([
      {
        id,
        subject: message.subject,
        type: 'inventory.reserve-stock.v1',
        exchange: ReserveStock.exchange.name,
        routingKey: ReserveStock.routingKey,
        alsoRoutedAs: null,
        mandatory: true,
        body: JSON.stringify(body),
        messageId: null,
        redriveOf: null,
        firstSender: null,
        state: 'unsent',
        owner: outbox.owner,
        fence: 1,
        leaseUntil: new Date('2026-01-02T03:04:15.678Z'),
        attempts: 0,
        lastError: null,
        createdAt: now,
      },
    ]);
  });

  it('routes an event under several keys', () => {
    const message = { ...OrderConfirmed, schema: ReserveStock.schema, alsoRoutedAs: ['a.b', 'c.d'] };
    const event = { message, subject: 'x', sequence: 1, data: command().data };
    expect(publish(event as unknown as OutgoingMessage)).toMatchObject({ alsoRoutedAs: 'a.b,c.d' });
  });

  it('brings a parked message back to its queue, as it came, under a row of its own', () => {
    const [messageId, parkedId, work] = [newId(), newId(), new RecordingWorkingSet()];
    const parked = {
      subject: 'order-1',
      type: 'inventory.reserve-stock.v1',
      body: '{ "as": "it came" }',
      firstSender: 'order-service',
    };
    const outbox = new Outbox('/order-service');
    outbox.redrive(work, { ...parked, parkedId, queue: 'inventory.commands', messageId });
    const [row] = work.inserted as OutboxRow[];
    expect(row).toEqual({
      ...parked,
      id: expect.any(String),
      exchange: 'order-service.moves',
      routingKey: 'inventory.commands',
      alsoRoutedAs: null,
      mandatory: true,
      messageId,
      redriveOf: parkedId,
      state: 'unsent',
      owner: outbox.owner,
      fence: 1,
      leaseUntil: new Date(work.now.getTime() + 10_000),
      attempts: 0,
      lastError: null,
      createdAt: work.now,
    });
    expect(row?.id).not.toBe(messageId);
  });

  it('names all that a message lacks', () => {
    expect(() => publish({ ...command(), sagaId: undefined, commandId: undefined })).toThrow(
      new Defect('inventory.reserve-stock.v1 to be sent has no sagaid, commandid'),
    );
  });

  it.each([
    ['saga', { sagaId: undefined }, 'sagaid'],
    ['command id', { commandId: undefined }, 'commandid'],
  ])('refuses a command without its %s: nobody could answer it', (_, change, attribute) => {
    expect(() => publish({ ...command(), ...change })).toThrow(`to be sent has no ${attribute}`);
  });

  it("leases the row to this process's relay from the start", () => {
    expect(publish(command())).toMatchObject({
      state: 'unsent',
      fence: 1,
      leaseUntil: new Date('2026-01-02T03:04:15.678Z'),
    });
  });

  it('wants commands back that no queue takes, but not events', () => {
    expect(publish(command()).mandatory).toBe(true);
    const event = {
      message: { ...OrderConfirmed, schema: ReserveStock.schema },
      subject: 'x',
      sequence: 1,
      data: command().data,
    };
    expect(publish(event)).toMatchObject({ mandatory: false, alsoRoutedAs: 'order.updated' });
  });

  it('carries the trace of the work that caused the message', () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const row = runInContext({ traceparent, tracestate: 'a=1' }, () => publish(command()));
    const envelope = JSON.parse(row.body) as { traceparent: string; tracestate: string };
    expect(envelope.traceparent).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$/);
    expect(envelope.tracestate).toBe('a=1');
  });

  it.each([`a=${'v'.repeat(512)}`, 'a', 'a=1,a=2'])(
    'carries no tracestate that others cannot read: %.20s',
    (tracestate) => {
      const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
      const row = runInContext({ traceparent, tracestate }, () => publish(command()));
      expect(row.body).not.toContain('tracestate');
      expect(row.body).toContain('4bf92f3577b34da6a3ce929d0e0e4736');
      expect(parseEnvelope(Buffer.from(row.body), row.id).readable).toBe(true);
    },
  );

  it.each<[string, Partial<OutgoingMessage>]>([
    ['a subject that is too long', { subject: 'x'.repeat(65) }],
    ['no subject', { subject: '' }],
    ['a saga id that is not one', { sagaId: 'saga' }],
    ['a command id that is not one', { commandId: '' }],
    ['a cause that is not one', { causationId: 'x' }],
    ['a sequence that is not one', { sequence: 0 }],
  ])('sends nothing that has %s', (_, changes) => {
    const sent = () => publish({ ...command(), ...changes });
    expect(sent).toThrow(Defect);
    expect(sent).toThrow(
      /^inventory\.reserve-stock\.v1 to be sent has [^]*(subject|sagaid|commandid|causationid|sequence)/,
    );
  });

  it('sends nothing that has half of a surrogate pair', () => {
    const half = { ...command(), subject: 'order \ud83d' };
    expect(() => publish(half)).toThrow(
      new Defect('inventory.reserve-stock.v1 to be sent has half of a surrogate pair'),
    );
    expect(publish({ ...command(), subject: 'order \ud83d\ude00 \\ud83d' }).mandatory).toBe(true);
  });

  it('sends nothing that is larger than readers take', () => {
    const message = { ...OrderConfirmed, schema: z.object({ text: z.string() }) };
    // The first letter has two bytes.
    const padded = (by: number) =>
      publish({ message, subject: 'x', sequence: 1, data: { text: `é${'x'.repeat(by)}` } });
    const room = maxBodyBytes - Buffer.byteLength(padded(0).body);
    expect(Buffer.byteLength(padded(room).body)).toBe(maxBodyBytes);
    expect(() => padded(room + 1)).toThrow(new Defect('order.confirmed.v1 to be sent has 1048577 bytes'));
  });

  it('sends nothing that breaks its schema', () => {
    const message = command();
    const empty = () => publish({ ...message, data: { ...message.data, lines: [] } });
    expect(empty).toThrow(Defect);
    expect(empty).toThrow(/^inventory\.reserve-stock\.v1 to be sent breaks its schema: [^]*lines/);
  });
});
