import { messageTypes } from './catalogue-of-messages.js';
import { movingExchanges } from './declarations.js';
import { senderOf } from './senders.js';
import { instancesQueueOf, parkedQueueOf, queues, type Service, type WorkQueue } from './topology.js';

/** Names of exchanges and queues that a service's user may use at the broker. */
export interface Rights {
  /** Exchanges that it publishes to. */
  readonly write: readonly string[];
  /** Queues that it reads. */
  readonly read: readonly string[];
}

/**
 * What a service cannot do without, where the topology is declared by somebody else. It configures nothing: who may
 * declare a queue may delete it, and who may bind one may lead anything into it. In particular nobody writes to the
 * default exchange, which leads into every queue there is.
 */
export const rightsOf = (service: Service): Rights => ({
  write: [
    ...new Set([
      ...[...messageTypes.values()]
        .filter((message) => senderOf(message) === service)
        .map(({ exchange }) => exchange.name),
      ...movingExchanges(service).map(({ name }) => name),
    ]),
  ],
  read: Object.values<WorkQueue>(queues).flatMap(({ name, consumer, forParticipant }) => [
    ...(consumer === service ? [name, ...(forParticipant ? [instancesQueueOf(name)] : [])] : []),
    // It is where people look after what nobody could handle.
    ...(service === 'order-service' ? [parkedQueueOf(name)] : []),
  ]),
});
