import {
  deliveryLimit,
  exchanges,
  instancesQueueOf,
  parkedQueueOf,
  queues,
  retryDelays,
  type Exchange,
  type RetryDelay,
  type WorkQueue,
} from './topology.js';

/**
 * The topology with every argument spelt out: what is declared at a broker, and what the documents say is there.
 * Arguments never change in place: a broker refuses a queue that exists with others (406). A change needs a new name.
 */

export interface QueueDeclaration {
  readonly name: string;
  readonly purpose: 'work' | 'parked' | 'instances' | 'retry';
  readonly arguments: Readonly<Record<string, string | number>>;
  readonly bindings: readonly { readonly exchange: Exchange; readonly routingKey: string }[];
}

/** Whatever is dead-lettered is handed on with a confirm inside the broker, so that a broker's restart cannot lose it. */
const safeDeadLettering = {
  'x-dead-letter-strategy': 'at-least-once',
  'x-overflow': 'reject-publish',
} as const;

export const workQueue = (queue: WorkQueue): QueueDeclaration => ({
  name: queue.name,
  purpose: 'work',
  arguments: {
    'x-queue-type': 'quorum',
    // Explicit, because brokers before 4.0 have no limit and 4.x have one of their own.
    'x-delivery-limit': deliveryLimit,
    'x-dead-letter-exchange': '',
    'x-dead-letter-routing-key': parkedQueueOf(queue.name),
    ...safeDeadLettering,
  },
  bindings: queue.bindings,
});

export const parkedQueue = (queue: WorkQueue): QueueDeclaration => ({
  name: parkedQueueOf(queue.name),
  purpose: 'parked',
  arguments: { 'x-queue-type': 'quorum' },
  bindings: [],
});

export const instancesQueue = (queue: WorkQueue): QueueDeclaration => ({
  name: instancesQueueOf(queue.name),
  purpose: 'instances',
  arguments: { 'x-queue-type': 'quorum' },
  bindings: [],
});

/** Fanout: the routing key says where a message goes after its wait, not where it waits. */
export const retryExchange = (name: string): Exchange => ({ name, type: 'fanout' });

export const retryQueue = ({ name, seconds }: RetryDelay): QueueDeclaration => ({
  name,
  purpose: 'retry',
  arguments: {
    'x-queue-type': 'quorum',
    'x-message-ttl': seconds * 1000,
    // The default exchange, and the message's own routing key: the queue that it came from.
    'x-dead-letter-exchange': '',
    ...safeDeadLettering,
  },
  bindings: [{ exchange: retryExchange(name), routingKey: '' }],
});

export const declaredExchanges: readonly Exchange[] = [
  ...Object.values(exchanges),
  ...retryDelays.map(({ name }) => retryExchange(name)),
];

export const declaredQueues: readonly QueueDeclaration[] = [
  ...Object.values<WorkQueue>(queues).flatMap((queue) => [
    workQueue(queue),
    parkedQueue(queue),
    ...(queue.forParticipant ? [instancesQueue(queue)] : []),
  ]),
  ...retryDelays.map(retryQueue),
];
