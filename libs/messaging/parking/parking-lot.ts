import type { ChannelModel } from 'amqplib';
import { parkedQueueOf, type Service, type WorkQueue } from '#libs/contracts/topology.js';
import { Defect } from '#libs/kernel/errors.js';
import type { AmqpConnection } from '../broker/amqp-connection.js';
import type { BrokerUsers } from '../broker/broker-users.js';
import { ParkedHandling, type KeepParked } from './parked-handling.js';
import type { Publishes } from '../broker/publisher.js';
import { QueueReader } from '../broker/queue-reader.js';

/** Where parked messages are kept once they are out of their queues. */
export interface ParkedStore {
  readonly keep: KeepParked;
  /** How many wait there for a person, by the queue that they were parked from. */
  readonly waiting: () => Promise<ReadonlyMap<string, number>>;
}

/** A message may be megabytes large, and all in hand may end up in one transaction. */
const prefetch = 10;

/**
 * Brings the messages of parking lots to the store that {@link keepIn} names. A message leaves its lot when it is kept;
 * with the store away, all of them stay where they are. test/integration/parked-messages looks at both.
 */
export class ParkingLot {
  private store: ParkedStore | undefined;
  private readonly lots: readonly { readonly reader: QueueReader; readonly handling: ParkedHandling }[];

  /** @param queues those whose parked messages this process of `service` collects; any number of processes may. */
  constructor(
    readonly queues: readonly WorkQueue[],
    service: Service,
    users: BrokerUsers,
    connection: AmqpConnection,
    publisher: Publishes,
    { deliverTwice = false }: { readonly deliverTwice?: boolean } = {},
  ) {
    const keep: KeepParked = (message) => this.keeper.keep(message);
    this.lots = queues.map((queue) => {
      const handling = new ParkedHandling(queue, service, users, publisher, keep, deliverTwice ? 2 : 1);
      const handle = handling.handle.bind(handling);
      return { handling, reader: new QueueReader(parkedQueueOf(queue.name), connection, handle, prefetch) };
    });
  }

  /** Call before the application listens. */
  keepIn(store: ParkedStore): void {
    this.store = store;
  }

  /** Parked messages that are in the store; none where nobody collects. */
  async waiting(): Promise<ReadonlyMap<string, number>> {
    return this.queues.length === 0 ? new Map() : this.keeper.waiting();
  }

  get isAttached(): boolean {
    return this.lots.every(({ reader }) => reader.isAttached);
  }

  async attach(model: ChannelModel): Promise<void> {
    for (const { reader } of this.lots) await reader.attach(model);
  }

  async stop(withinMs: number): Promise<void> {
    for (const { handling } of this.lots) handling.stop();
    await Promise.all(this.lots.map(({ reader }) => reader.stop(withinMs)));
  }

  private get keeper(): ParkedStore {
    if (!this.store) throw new Defect('parked messages are collected, and nobody keeps them');
    return this.store;
  }
}
