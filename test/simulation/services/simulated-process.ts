import { retryDelays, type Service, type WorkQueue } from '#libs/contracts/topology.js';
import { BrokerUsers } from '#libs/messaging/broker/broker-users.js';
import { SenderCheck } from '#libs/messaging/consumer/sender-check.js';
import { CircuitBreaker } from '#libs/messaging/consumer/circuit-breaker.js';
import { Inbox } from '#libs/messaging/inbox/inbox.js';
import { MessageHandling, type MessageHandler } from '#libs/messaging/consumer/message-handling.js';
import { Outbox } from '#libs/messaging/outbox/outbox.js';
import { outboxTable } from '#libs/messaging/outbox/outbox.row.js';
import { OutboxRelay } from '#libs/messaging/outbox/outbox-relay.js';
import type { Publishes } from '#libs/messaging/broker/publisher.js';
import { GroupCommitter } from '#libs/persistence/unit-of-work/group-committer.js';
import type { TransactionStore } from '#libs/persistence/unit-of-work/transaction-store.js';
import type { UnitOfWorkRunner } from '#libs/persistence/unit-of-work/unit-of-work.js';
import type { Life } from '../world/life.js';
import type { SimulatedBroker } from '../world/simulated-broker.js';
import type { SimulatedDatabase } from '../world/simulated-database.js';
import { SimulatedOutboxStore } from '../world/simulated-outbox-store.js';
import { SimulatedStore } from '../world/simulated-store.js';
import type { Untruths } from '../world/untruths.js';
import type { World } from '../world/simulation-world.js';
import { handlersOf } from './handlers-of.js';
import { currentDelivery } from './current-delivery.js';
import { put, type Parts, type Place, type Senders } from './parts.js';

export interface ProcessContext {
  readonly world: World;
  readonly broker: SimulatedBroker;
  readonly parts: Parts;
  readonly untruths: Untruths;
  /** Told of each order that a projector has shown, or found to be older than what is shown. */
  readonly onShown: (order: { readonly id: string; readonly version: number }) => void;
}

/** What MessagingModule and PersistenceModule provide to a service, assembled from the same real parts. */
export class SimulatedProcess {
  readonly units: UnitOfWorkRunner;
  readonly inbox: Inbox;
  readonly outbox: Outbox;
  readonly place: Place;
  readonly #publisher: Publishes;

  constructor(
    protected readonly context: ProcessContext,
    readonly life: Life,
    database: SimulatedDatabase,
    private readonly service: Service,
  ) {
    const { world, broker, parts } = context;
    this.place = { world, life, database };
    const committer = committerOf(this.place, parts);
    this.units = put<UnitOfWorkRunner>(parts.units, committer, this.place);
    this.inbox = put(parts.inbox, new Inbox(), this.place);
    this.outbox = put(parts.outbox, new Outbox(`/${service}`), this.place);
    this.#publisher = { publish: (message) => broker.publish(life, service, message) };
    const relay = new OutboxRelay(
      this.outbox.owner,
      new SimulatedOutboxStore(database, life),
      put(parts.publisher, this.#publisher, this.place),
      broker.connection(life),
      // Abandoned rows are found when their lease of 10 s has expired, so that polling more often finds no more.
      { clock: life, timers: life, pollIntervalMs: 15_000 },
    );
    committer.onCommitted(outboxTable, (rows) => relay.take(rows));
    relay.start();
  }

  /** Consumes what the controllers handle, as Nest would have it. */
  protected consume(queueNames: readonly WorkQueue[], controllers: readonly object[]): void {
    const { world, broker, parts } = this.context;
    const handlers = new Map<string, MessageHandler>();
    for (const [type, handler] of handlersOf(controllers)) {
      handlers.set(type, put(parts.handler, handler, this.place));
    }
    const users = new BrokerUsers(this.service);
    for (const queue of queueNames) {
      let takeAtOnce: (count: number) => void = () => undefined;
      const circuitBreaker = new CircuitBreaker({
        timers: this.life,
        onChange: (open) => takeAtOnce(open ? 1 : Infinity),
      });
      const handling = new MessageHandling(
        this.service,
        put<Senders>(parts.senders, new SenderCheck(users), this.place),
        (type) => handlers.get(type),
        this.#publisher,
        circuitBreaker,
        retryDelays,
        this.life,
      );
      takeAtOnce = broker.consume(queue, this.life, (delivery, signal) => {
        world.trace.note(this.life.name, () => `takes ${delivery.type} ${delivery.id}`);
        const taken = { messageId: delivery.id, takenAtMs: world.schedule.now };
        return currentDelivery.run(taken, () => handling.handle(delivery, signal));
      });
    }
  }
}

export function committerOf(place: Place, parts: Parts): GroupCommitter {
  const { world, life, database } = place;
  return new GroupCommitter({
    store: put<TransactionStore>(parts.store, new SimulatedStore(database, life), place),
    clock: life,
    groupsInFlight: 2,
    timing: {
      yieldToEventLoop: () => life.pause(0),
      pause: (ms) => life.pause(ms),
      monotonicMs: () => world.schedule.now,
      random: world.chance.random,
    },
  });
}
