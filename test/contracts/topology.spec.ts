import { describe, expect, it } from '@jest/globals';
import { messageTypes } from '#libs/contracts/catalogue-of-messages.js';
import { declaredExchanges, declaredQueues } from '#libs/contracts/declarations.js';
import { orderEvents } from '#libs/contracts/order/order.messages.js';
import { bindingTakes, queueReceives } from '#libs/contracts/routing.js';
import { exchanges } from '#libs/contracts/topology.js';

const messages = [...messageTypes.values()];
const queueNames = declaredQueues.map(({ name }) => name);

describe('Topology', () => {
  it.each(messages.filter(({ kind }) => kind !== 'event').map((message) => [message.type, message] as const))(
    'takes %s into exactly one queue: it is published as mandatory',
    (_type, message) => {
      expect(declaredQueues.filter((queue) => queueReceives(queue, message))).toHaveLength(1);
    },
  );

  it('has no event of orders that their readers do not bind', () => {
    const events = messages.filter(({ exchange }) => exchange === exchanges.orderEvents);
    expect(orderEvents.map(({ type }) => type).sort()).toEqual(events.map(({ type }) => type).sort());
  });

  it('has every exchange that a message or a queue names', () => {
    const named = [
      ...messages.map(({ exchange }) => exchange),
      ...declaredQueues.flatMap(({ bindings }) => bindings.map(({ exchange }) => exchange)),
    ];
    expect(declaredExchanges).toEqual(expect.arrayContaining(named));
  });

  it('parks what a queue gives up on in a queue that exists', () => {
    const parking = declaredQueues
      .filter(({ purpose }) => purpose === 'work')
      .map((queue) => queue.arguments['x-dead-letter-routing-key']);
    expect(queueNames).toEqual(expect.arrayContaining(parking));
  });

  it('declares quorum queues only, and no name twice', () => {
    expect(new Set(declaredQueues.map((queue) => queue.arguments['x-queue-type']))).toEqual(
      new Set(['quorum']),
    );
    expect(new Set(queueNames).size).toBe(queueNames.length);
  });

  it.each([
    ['order.#', 'order.placed', true],
    ['order.#', 'order', true],
    ['order.#', 'order.line.added', true],
    ['order.#', 'orders.placed', false],
    ['order.*', 'order.placed', true],
    ['order.*', 'order.line.added', false],
    ['product.changed', 'product.changed', true],
    ['product.changed', 'product-changed', false],
  ])('binds %s to %s: %s', (pattern, routingKey, taken) => {
    expect(bindingTakes(pattern, routingKey)).toBe(taken);
  });
});
