import { beforeAll, describe, expect, it } from '@jest/globals';
import { messageTypes } from '#libs/contracts/catalogue-of-messages.js';
import { routingKeysOf } from '#libs/contracts/routing.js';
import { movesExchangeOf, queues, retryDelays } from '#libs/contracts/topology.js';
import type { WireMessage } from '#libs/messaging/broker/publisher.js';
import { firstSenderHeader } from '#libs/messaging/parking/first-sender.js';
import { delayed, parked, redrivenHeader, returned } from '#libs/messaging/parking/parking.js';
import { PublishedMessages, type Published } from '../support/published-messages.js';
import { goldenMessages } from './golden.js';

let document: PublishedMessages;
beforeAll(async () => {
  document = await PublishedMessages.read();
}, 60_000);

/** The golden message as its sender publishes it. */
function example(type: string, change: Readonly<Record<string, unknown>> = {}): Published {
  const message = messageTypes.get(type)!;
  const golden = goldenMessages.get(type)!;
  return {
    exchange: message.exchange.name,
    routingKeys: routingKeysOf(message),
    properties: {
      contentType: 'application/cloudevents+json',
      messageId: golden.id,
      type,
      deliveryMode: 2,
      headers: message.alsoRoutedAs ? { CC: message.alsoRoutedAs } : {},
    },
    body: JSON.stringify({ ...golden, ...change }),
  };
}

const moved = ({ exchange, routingKey, id, type, contentType, headers, body }: WireMessage): Published => ({
  exchange,
  routingKeys: [routingKey],
  properties: { contentType, messageId: id, type, deliveryMode: 2, headers },
  body: body.toString(),
});

describe('The examples, by a validator that is not ours', () => {
  it.each([...messageTypes.keys()])('%s is as the document says', (type) => {
    expect(document.problemsOf(example(type))).toEqual([]);
  });

  it('have their answers where the document says', () => {
    const all = [...messageTypes.keys()].map((type) => example(type));
    expect(document.answerProblems(all)).toEqual([]);
  });
});

describe('What consumers move', () => {
  const golden = goldenMessages.get('order.confirmed.v1')!;
  const queue = queues.projections.name;
  const carried = {
    queue,
    id: golden.id,
    type: golden.type,
    contentType: 'application/cloudevents+json',
    body: Buffer.from(JSON.stringify(golden)),
    attempt: 1,
    redriveOf: golden.id,
  };
  const why = { reason: 'defect', detail: 'a test', at: new Date(0) } as const;

  it.each([
    ['into its parking lot', parked('order-service', carried, why)],
    [
      'into its parking lot, unreadable',
      parked('order-service', { ...carried, body: Buffer.from('no JSON') }, why),
    ],
    ['to the end of its queue', returned('order-service', carried)],
    ...retryDelays.map(
      (delay) => [`into ${delay.name}`, delayed('order-service', carried, delay, 2)] as const,
    ),
  ])('is in the document: %s', (_, message) => {
    expect(document.problemsOf(moved(message))).toEqual([]);
  });

  it('is in the document: back from a parking lot', () => {
    const headers = { [redrivenHeader]: golden.id, [firstSenderHeader]: 'order-service' };
    const { body, id, type, contentType } = carried;
    const { name: exchange } = movesExchangeOf('order-service');
    expect(
      document.problemsOf(
        moved({ exchange, routingKey: queue, mandatory: true, id, type, contentType, headers, body }),
      ),
    ).toEqual([]);
  });
});

const confirmed = 'order.confirmed.v1';
const properties = example(confirmed).properties;

describe('What is not as the document says', () => {
  it.each<[string, Published, string]>([
    ['no saga', example('payment.take-payment.v1', { sagaid: undefined }), "property 'sagaid'"],
    ['no sequence', example('inventory.stock-changed.v1', { sequence: undefined }), "property 'sequence'"],
    ['no cause', example('payment.payments-listed.v1', { causationid: undefined }), "'causationid'"],
    ['an attribute of its own', example(confirmed, { priority: 1 }), 'priority is not in the document'],
    ['an id that is none', example(confirmed, { id: 'seven' }), 'payload/id'],
    ['another exchange', { ...example(confirmed), exchange: 'orders' }, "no channel for 'orders'"],
    ['another key', { ...example(confirmed), routingKeys: ['order.placed'] }, 'is no message of'],
    [
      "the parking lot of somebody else's queue",
      {
        ...example(confirmed),
        exchange: 'payment-service.moves',
        routingKeys: ['inventory.commands.parked'],
      },
      "no channel for 'payment-service.moves'",
    ],
    ['another queue', { ...example(confirmed), exchange: '', routingKeys: ['mine'] }, "''"],
    ['no further key', { ...example(confirmed), properties: { ...properties, headers: {} } }, 'CC'],
    [
      'not persistent',
      { ...example(confirmed), properties: { ...properties, deliveryMode: 1 } },
      'delivery mode',
    ],
    [
      'another type',
      { ...example(confirmed), properties: { ...properties, type: 'event' } },
      'type is event',
    ],
    [
      'plain JSON',
      { ...example(confirmed), properties: { ...properties, contentType: 'application/json' } },
      'content type',
    ],
    [
      'an encoding',
      { ...example(confirmed), properties: { ...properties, others: ['content_encoding'] } },
      'content_encoding',
    ],
    [
      'a header that nobody knows',
      {
        ...example(confirmed),
        properties: { ...properties, headers: { ...properties.headers, 'x-mine': 1 } },
      },
      'x-mine',
    ],
    ['no JSON', { ...example(confirmed), body: 'hello' }, 'is no message of'],
  ])('is found: %s', (_, published, problem) => {
    expect(document.problemsOf(published).join('\n')).toContain(problem);
  });

  it('is found: an answer to a listing among those to sagas', () => {
    const page = { ...example('payment.payments-listed.v1'), routingKeys: [queues.sagaReplies.name] };
    const all = [example('payment.list-payments.v1'), page];
    expect(document.answerProblems(all)).toEqual([expect.stringContaining('payments-listed')]);
    expect(document.problemsOf(page)).not.toEqual([]);
  });
});
