/**
 * Every exchange and queue there is, declared from here by whoever starts first. Names and arguments are part of the
 * published contract: participants in other languages declare the same or only use them.
 */

export const exchanges = {
  commands: { name: 'saga.commands', type: 'direct' },
  replies: { name: 'saga.replies', type: 'direct' },
  orderEvents: { name: 'orders.events', type: 'topic' },
  inventoryEvents: { name: 'inventory.events', type: 'topic' },
} as const satisfies Record<string, Exchange>;

export interface Exchange {
  readonly name: string;
  readonly type: 'direct' | 'topic' | 'fanout';
}

export const services = ['order-service', 'inventory-service', 'payment-service'] as const;
export type Service = (typeof services)[number];

export interface WorkQueue {
  readonly name: string;
  /** The one service that reads it, in any number of instances. */
  readonly consumer: Service;
  readonly bindings: readonly { readonly exchange: Exchange; readonly routingKey: string }[];
  /** Programs of others may read it in the place of ours, and must not read it beside them: {@link instancesQueueOf}. */
  readonly forParticipant?: true;
}

export const queues = {
  inventoryCommands: {
    name: 'inventory.commands',
    consumer: 'inventory-service',
    forParticipant: true,
    bindings: [{ exchange: exchanges.commands, routingKey: 'inventory.commands' }],
  },
  paymentCommands: {
    name: 'payment.commands',
    consumer: 'payment-service',
    forParticipant: true,
    bindings: [{ exchange: exchanges.commands, routingKey: 'payment.commands' }],
  },
  sagaReplies: {
    name: 'order-service.replies',
    consumer: 'order-service',
    bindings: [{ exchange: exchanges.replies, routingKey: 'order-service.replies' }],
  },
  /** Pages of participants' books. Apart from the sagas' replies, which thousands of them must not hold up. */
  reconciliation: {
    name: 'order-service.reconciliation',
    consumer: 'order-service',
    bindings: [{ exchange: exchanges.replies, routingKey: 'order-service.reconciliation' }],
  },
  projections: {
    name: 'order-service.projections',
    consumer: 'order-service',
    bindings: [{ exchange: exchanges.orderEvents, routingKey: 'order.#' }],
  },
  catalogue: {
    name: 'order-service.catalogue',
    consumer: 'order-service',
    bindings: [{ exchange: exchanges.inventoryEvents, routingKey: 'product.changed' }],
  },
} as const satisfies Record<string, WorkQueue>;

/**
 * Deliveries of one message before the broker itself parks it. Consumers settle every delivery, so only a process
 * that died with the message in hand counts here: a message that kills its consumer ends up parked.
 */
export const deliveryLimit = 20;

/** The queue to which those messages of a queue go that nobody could handle. */
export const parkedQueueOf = (queue: string): string => `${queue}.parked`;

/**
 * Who of ours reads a participant's queue reads this one, too, to which nobody writes: who reads the queue and not this one is
 * somebody else. A broker tells how many read a queue, and not who.
 */
export const instancesQueueOf = (queue: string): string => `${queue}.instances`;

/** Nobody but a service itself may write to it: by it the service moves messages that were sent to it, and no others. */
export const movesExchangeOf = (service: Service): Exchange => ({ name: `${service}.moves`, type: 'direct' });

/** Who puts messages into a queue again, or into its parking lot: who reads it, and order-service, where people redrive. */
export const moversOf = ({ consumer }: Pick<WorkQueue, 'consumer'>): readonly Service[] => [
  ...new Set<Service>([consumer, 'order-service']),
];

export interface RetryDelay {
  /** Each service has a queue and an exchange of that name of its own: {@link retryPlaceOf}. */
  readonly name: string;
  readonly seconds: number;
}

/**
 * Fixed delays before a failed message is tried again. A message waits in its consumer's queue for the delay, under the
 * routing key of the queue that it came from; when its time is over the consumer's own exchange takes it back there.
 */
export const retryDelays = [
  { name: 'retry.10s', seconds: 10 },
  { name: 'retry.1m', seconds: 60 },
  { name: 'retry.10m', seconds: 600 },
] as const satisfies readonly RetryDelay[];

/** The queue where a service's messages wait, and the exchange before it. */
export const retryPlaceOf = (service: Service, { name }: RetryDelay): string => `${service}.${name}`;
