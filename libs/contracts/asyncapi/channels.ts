import { declaredExchanges, declaredQueues, type QueueDeclaration } from '../declarations.js';
import type { MessageType } from '../message-type.js';
import { queueReceives, routingKeysOf } from '../routing.js';
import { retryDelays, type Exchange } from '../topology.js';
import { reference } from './references.js';

const bindingVersion = '0.3.0';

/** Where messages with this routing key are published to. */
export const publishChannelId = (exchange: Exchange, routingKey: string): string =>
  `${exchange.name}/${routingKey}`;

const messageReferences = (messages: readonly MessageType[]) =>
  Object.fromEntries(messages.map(({ type }) => [type, reference('components', 'messages', type)]));

export function publishChannels(messages: readonly MessageType[]): Record<string, unknown> {
  const places = new Map<string, { exchange: Exchange; routingKey: string; messages: MessageType[] }>();
  for (const message of messages) {
    for (const routingKey of routingKeysOf(message)) {
      const id = publishChannelId(message.exchange, routingKey);
      const place = places.get(id) ?? { exchange: message.exchange, routingKey, messages: [] };
      place.messages.push(message);
      places.set(id, place);
    }
  }
  const named = new Set(messages.map(({ exchange }) => exchange.name));
  const channels: Record<string, unknown> = {};
  for (const [id, { exchange, routingKey, messages: travelling }] of places) {
    channels[id] = {
      address: routingKey,
      description: `Routing key \`${routingKey}\` of the ${exchange.type} exchange \`${exchange.name}\`.`,
      messages: messageReferences(travelling),
      bindings: exchangeBinding(exchange),
    };
  }
  for (const exchange of declaredExchanges.filter(({ name }) => !named.has(name)))
    channels[publishChannelId(exchange, '{queue}')] = movingChannel(exchange, messages);
  return channels;
}

/** Of an exchange that no message is sent to at first: its service moves messages by it, each under the name of a queue. */
const movingChannel = (exchange: Exchange, messages: readonly MessageType[]) => {
  const reached = queuesBehind(exchange);
  return {
    address: '{queue}',
    description: `The ${exchange.type} exchange \`${exchange.name}\`: its service moves messages by it, which go as they came.`,
    parameters: {
      queue: {
        description: 'The queue that the message goes to in the end.',
        enum: reached.map(({ name }) => name),
      },
    },
    messages: {
      ...messageReferences(contentsOfAny(reached, messages)),
      ...(reached.some(({ purpose }) => purpose === 'parked') ? anything : {}),
    },
    bindings: exchangeBinding(exchange),
  };
};

/** Where messages of a moving exchange come to: at once, or from the queue in which they wait, by its dead letters. */
function queuesBehind({ name, type }: Exchange): readonly QueueDeclaration[] {
  if (type !== 'fanout')
    return declaredQueues.filter(({ bindings }) => bindings.some(({ exchange }) => exchange.name === name));
  const next = declaredQueues.find((queue) => queue.name === name)?.arguments['x-dead-letter-exchange'];
  return declaredQueues.filter(
    ({ purpose, bindings }) => purpose === 'work' && bindings.some(({ exchange }) => exchange.name === next),
  );
}

const exchangeBinding = ({ name, type }: Exchange) => ({
  amqp: {
    is: 'routingKey',
    exchange: { name, type, durable: true, autoDelete: false, vhost: '/' },
    bindingVersion,
  },
});

const workQueues = declaredQueues.filter(({ purpose }) => purpose === 'work');

/** Stands for whatever comes into a queue and is no message of these. */
export const unreadable = 'unreadable';

const anything = { [unreadable]: reference('components', 'messages', unreadable) };

export function queueChannels(messages: readonly MessageType[]): Record<string, unknown> {
  return Object.fromEntries(
    declaredQueues.map((queue) => [
      queue.name,
      {
        address: queue.name,
        description: describe(queue),
        messages: {
          ...messageReferences(contentsOf(queue, messages)),
          ...(queue.purpose === 'parked' ? anything : {}),
        },
        bindings: {
          amqp: {
            is: 'queue',
            queue: { name: queue.name, durable: true, exclusive: false, autoDelete: false, vhost: '/' },
            bindingVersion,
          },
        },
        'x-queue-arguments': queue.arguments,
        'x-queue-bindings': queue.bindings.map(({ exchange, routingKey }) => ({
          exchange: exchange.name,
          type: exchange.type,
          routingKey,
        })),
      },
    ]),
  );
}

const contentsOfAny = (
  some: readonly QueueDeclaration[],
  messages: readonly MessageType[],
): readonly MessageType[] =>
  messages.filter((message) => some.some((queue) => contentsOf(queue, [message]).length > 0));

/** Work queues hold what their bindings take; a parked queue what its work queue could; a retry queue its service's. */
function contentsOf(queue: QueueDeclaration, messages: readonly MessageType[]): readonly MessageType[] {
  switch (queue.purpose) {
    case 'work':
      return messages.filter((message) => queueReceives(queue, message));
    case 'parked': {
      const origin = workQueues.filter((work) => work.arguments['x-dead-letter-routing-key'] === queue.name);
      return messages.filter((message) => origin.some((work) => queueReceives(work, message)));
    }
    case 'instances':
      return [];
    case 'retry':
      return contentsOfAny(
        queue.bindings.flatMap(({ exchange }) => queuesBehind(exchange)),
        messages,
      );
  }
}

function describe({ purpose, name }: QueueDeclaration): string {
  switch (purpose) {
    case 'work':
      return 'A durable quorum queue with one kind of consumer. A message whose consumer dies with it in hand too often is parked by the broker.';
    case 'parked':
      return 'Messages that nobody could handle: unreadable, of an unknown type, a known id with another body, or failed through every retry. They stay until somebody redrives or discards them.';
    case 'instances':
      return 'No message comes here. Each instance of ours that reads the work queue reads this one, too, so that one of somebody else can be told.';
    case 'retry': {
      const seconds = retryDelays.find((delay) => name.endsWith(`.${delay.name}`))?.seconds;
      return `A service that failed for now publishes the message here with the name of its own queue as the routing key. After ${seconds} s the broker takes it back to that queue.`;
    }
  }
}
