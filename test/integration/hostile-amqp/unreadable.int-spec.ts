import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { OrderRejected } from '#libs/contracts/order/order.messages.js';
import { CommitStock, StockCommitted } from '#libs/contracts/inventory/inventory.messages.js';
import { RefundPayment } from '#libs/contracts/payment/payment.messages.js';
import { parkedQueueOf, queues } from '#libs/contracts/topology.js';
import { newId } from '#libs/kernel/ids.js';
import type { Envelope } from '#libs/messaging/envelope/envelope.js';
import { goldenMessages } from '../../contracts/golden.js';
import { eventually } from '../../support/eventually.js';
import { Targets } from './targets.js';
import { onWire, type Wire } from './wire.js';

jest.setTimeout(60_000);

const targets = new Targets();
beforeAll(() => targets.start(), 90_000);
afterAll(() => targets.drop());

const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

/** The message, with its text or its properties spoilt. */
const withText =
  (spoil: (text: string) => Buffer | string) =>
  (good: Envelope): Wire => ({ ...onWire(good), body: spoil(JSON.stringify(good)) });
const text = (body: Buffer | string) => withText(() => body);
const changed = (changes: object) => withText((good) => JSON.stringify({ ...JSON.parse(good), ...changes }));

/** A golden message of each queue; in every other queue it is out of place. */
const elsewhere: Readonly<Record<string, string>> = {
  [queues.inventoryCommands.name]: RefundPayment.type,
  [queues.paymentCommands.name]: CommitStock.type,
  [queues.sagaReplies.name]: OrderRejected.type,
  [queues.projections.name]: StockCommitted.type,
  [queues.catalogue.name]: StockCommitted.type,
};

const outOfPlace = (_: Envelope, queue: string): Wire => {
  const golden = goldenMessages.get(elsewhere[queue]!)! as unknown as Envelope;
  return onWire({ ...golden, id: newId() });
};

type Hostile = readonly [what: string, reason: string, make: (good: Envelope, queue: string) => Wire];

const hostile: readonly Hostile[] = [
  ['has an empty body', 'not-json', text('')],
  ['is not JSON', 'not-json', text('<order/>')],
  ['is JSON that was cut off', 'not-json', withText((good) => good.slice(0, -1))],
  ['is opened a hundred thousand times', 'not-json', text('['.repeat(100_000))],
  ['is compressed', 'not-utf8', withText((good) => gzipSync(good))],
  ['is UTF-16', 'not-utf8', withText((good) => Buffer.from(`\ufeff${good}`, 'utf16le'))],
  ['has 10 MB', 'too-large', text(Buffer.alloc(10 * 1024 * 1024, ' '))],
  ['is null', 'not-an-envelope', text('null')],
  ['is an array', 'not-an-envelope', withText((good) => `[${good}]`)],
  ['is a hundred thousand arrays inside each other', 'not-an-envelope', text(deep(100_000))],
  ['is nothing but a prototype', 'not-an-envelope', withText((good) => `{"__proto__":${good}}`)],
  ['is of another CloudEvents', 'not-an-envelope', changed({ specversion: '2.0' })],
  ['has no id', 'not-an-envelope', changed({ id: undefined })],
  ['has an id that is not one', 'not-an-envelope', changed({ id: 'first' })],
  ['has an object for an id', 'not-an-envelope', changed({ id: {} })],
  ['has no type', 'not-an-envelope', changed({ type: undefined })],
  ['has a type that is not one', 'not-an-envelope', changed({ type: 'constructor' })],
  ['counts beyond 2^53', 'not-an-envelope', changed({ sequence: 2 ** 53 })],
  ['has an AMQP message without an id', 'no-message-id', (good) => onWire(good, { messageId: undefined })],
  ['has two ids', 'message-id-mismatch', (good) => onWire(good, { messageId: newId() })],
  ['is of an unknown type', 'unknown-type', changed({ type: 'payment.steal-money.v1' })],
  [
    'is of an unknown version',
    'unknown-type',
    withText((good) => good.replace(/("type":"[a-z.-]+)\.v1"/, '$1.v9"')),
  ],
  ['has no data', 'not-an-envelope', changed({ data: undefined })],
  ['has data of another kind', 'invalid-data', changed({ data: 'all of it' })],
  ['has data that break the schema', 'invalid-data', changed({ data: { id: 1 } })],
  [
    'has data that hide in a prototype',
    'invalid-data',
    (good) => ({
      ...onWire(good),
      body: JSON.stringify({ ...good, data: '@' }).replace(
        '"@"',
        `{"__proto__":${JSON.stringify(good.data)}}`,
      ),
    }),
  ],
  ['says half of a character', 'broken-unicode', changed({ subject: 'half of \ud83d' })],
  ['says half of a character where nobody reads it', 'broken-unicode', changed({ extra: [{ '\udc00': 1 }] })],
  ['is a good message of another queue', 'no-handler', outOfPlace],
];

describe.each(targets.all)('in $queue, a message', ({ queue, good, probe }) => {
  it.each(hostile)(
    'that %s is parked as %s, byte for byte, and the queue goes on',
    async (_, reason, make) => {
      const { envelope, shows } = await good();
      const { body, properties } = make(envelope, queue);
      await probe().send(queue, body, properties);
      const next = onWire(envelope);
      await probe().send(queue, next.body, next.properties);
      await shows();
      const parked = await eventually(async () => {
        const message = await probe().take(parkedQueueOf(queue));
        if (!message) throw new Error('nothing is parked');
        return message;
      });
      expect(parked.properties.headers).toMatchObject({ 'x-parked-reason': reason, 'x-parked-from': queue });
      expect(parked.content.equals(Buffer.from(body))).toBe(true);
      expect(parked.properties.messageId).toBe(properties.messageId);
    },
  );
});

it('after all of it, nothing is parked that was not hostile, and nothing was left unacked', async () => {
  await targets.close();
  for (const { queue, probe } of targets.all) {
    expect([queue, await probe().depth(queue), await probe().depth(parkedQueueOf(queue))]).toEqual([
      queue,
      0,
      0,
    ]);
  }
});
