import {
  deliveryLimit,
  exchanges,
  instancesQueueOf,
  moversOf,
  movesExchangeOf,
  parkedQueueOf,
  queues,
  retryDelays,
  retryPlaceOf,
  services,
  type Exchange,
  type RetryDelay,
  type Service,
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

/** Whoever moves messages of a queue reaches it, and its parking lot, by an exchange of their own. */
const movedInto = (queue: WorkQueue, name: string): QueueDeclaration['bindings'] =>
  moversOf(queue).map((service) => ({ exchange: movesExchangeOf(service), routingKey: name }));

export const workQueue = (queue: WorkQueue): QueueDeclaration => ({
  name: queue.name,
  purpose: 'work',
  arguments: {
    'x-queue-type': 'quorum',
    // Explicit, because brokers before 4.0 have no limit and 4.x have one of their own.
    'x-delivery-limit': deliveryLimit,
    // The default exchange, which the broker itself may always use. Only who declares the queue needs the right to it.
    'x-dead-letter-exchange': '',
    'x-dead-letter-routing-key': parkedQueueOf(queue.name),
    ...safeDeadLettering,
  },
  bindings: [...queue.bindings, ...movedInto(queue, queue.name)],
});

export const parkedQueue = (queue: WorkQueue): QueueDeclaration => ({
  name: parkedQueueOf(queue.name),
  purpose: 'parked',
  arguments: { 'x-queue-type': 'quorum' },
  bindings: movedInto(queue, parkedQueueOf(queue.name)),
});

export const instancesQueue = (queue: WorkQueue): QueueDeclaration => ({
  name: instancesQueueOf(queue.name),
  purpose: 'instances',
  arguments: { 'x-queue-type': 'quorum' },
  bindings: [],
});

/** Fanout: the routing key says where a message goes after its wait, not where it waits. */
export const retryExchange = (service: Service, delay: RetryDelay): Exchange => ({
  name: retryPlaceOf(service, delay),
  type: 'fanout',
});

export const retryQueue = (service: Service, delay: RetryDelay): QueueDeclaration => ({
  name: retryPlaceOf(service, delay),
  purpose: 'retry',
  arguments: {
    'x-queue-type': 'quorum',
    'x-message-ttl': delay.seconds * 1000,
    // Under the message's own routing key: the queue that it came from. It leads to queues of this service, and no others.
    'x-dead-letter-exchange': movesExchangeOf(service).name,
    ...safeDeadLettering,
  },
  bindings: [{ exchange: retryExchange(service, delay), routingKey: '' }],
});

/** What services move messages by; what they send goes to the `exchanges` of topology.ts. */
export const movingExchanges = (service: Service): readonly Exchange[] => [
  movesExchangeOf(service),
  ...retryDelays.map((delay) => retryExchange(service, delay)),
];

export const declaredExchanges: readonly Exchange[] = [
  ...Object.values(exchanges),
  ...services.flatMap(movingExchanges),
];

export const declaredQueues: readonly QueueDeclaration[] = [
  ...Object.values<WorkQueue>(queues).flatMap((queue) => [
    workQueue(queue),
    parkedQueue(queue),
    ...(queue.forParticipant ? [instancesQueue(queue)] : []),
  ]),
  ...services.flatMap((service) => retryDelays.map((delay) => retryQueue(service, delay))),
];

/**
 * Of the broker, by name pattern; a participant cannot set one, nor needs to. From RabbitMQ 4 on a quorum queue drops what
 * was returned to it 20 times, unless it has another limit or a place to put it: a parked message has neither, and stays.
 * 3.x takes no negative limit for "none", and 4.x none by a policy, so it is one that is never reached.
 */
export const parkedPolicy = {
  name: 'parked-messages-stay',
  pattern: '\\.parked$',
  definition: { 'delivery-limit': 1_000_000_000 },
} as const;
