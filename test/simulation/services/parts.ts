import type { Caller } from '#libs/kernel/caller.js';
import type { SenderCheck } from '#libs/messaging/consumer/sender-check.js';
import type { Inbox } from '#libs/messaging/inbox/inbox.js';
import type { MessageHandler } from '#libs/messaging/consumer/message-handling.js';
import type { Outbox } from '#libs/messaging/outbox/outbox.js';
import type { Publishes } from '#libs/messaging/broker/publisher.js';
import type { TransactionStore } from '#libs/persistence/unit-of-work/transaction-store.js';
import type { UnitOfWorkRunner } from '#libs/persistence/unit-of-work/unit-of-work.js';
import type { AnySagaDefinition } from '#libs/saga/definition/saga-definitions.js';
import type { SagaRunner } from '#libs/saga/runner/saga-runner.js';
import type { PaymentProvider } from '../../../apps/payment-service/src/provider/payment-provider.js';
import type { IdempotentRequest } from '../../../apps/order-service/src/commands/idempotency/idempotent.js';
import type { ReconciliationBatches } from '../../../apps/order-service/src/operations/reconciliation/run/reconciliation-batches.reader.js';
import type { OrderHistory } from '../../../apps/order-service/src/queries/order-history/order-history.query.js';
import type { OrderFreshness } from '../../../apps/order-service/src/queries/order-view/order-freshness.js';
import type { OrderViewReader } from '../../../apps/order-service/src/queries/order-view/order-view.reader.js';
import type { WrittenOrders } from '../../../apps/order-service/src/queries/order-view/written-orders.js';
import type { OrderAct } from '../../../apps/order-service/src/sagas/order-act.js';
import type { Life } from '../world/life.js';
import type { SimulatedDatabase } from '../world/simulated-database.js';
import type { World } from '../world/simulation-world.js';

/** What every saga of order-service may do to an order. */
export type Act = OrderAct;

export type SweptOrders = Pick<WrittenOrders, 'changed' | 'find'>;
export type SweptViews = Pick<OrderViewReader, 'states'>;

export type Senders = Pick<SenderCheck, 'objectionTo'>;

/** The process that a part belongs to. */
export interface Place {
  readonly world: World;
  readonly life: Life;
  readonly database: SimulatedDatabase;
}

/** What a reconciliation compares, batch by batch. */
export type ComparedBooks = Pick<ReconciliationBatches, 'next' | 'gone' | 'due'>;

export interface QueryHandler<Query> {
  execute(query: Query): Promise<unknown>;
}

/** Of a caller who wants something of an order. */
export interface AnyCommand {
  readonly caller: Caller;
  readonly idempotency: IdempotentRequest | null;
}

/** Replaces real parts of a process by planted bugs. Each function is given the real part. */
export interface Parts {
  readonly store?: (store: TransactionStore, place: Place) => TransactionStore;
  readonly units?: (units: UnitOfWorkRunner, place: Place) => UnitOfWorkRunner;
  readonly inbox?: (inbox: Inbox, place: Place) => Inbox;
  readonly outbox?: (outbox: Outbox, place: Place) => Outbox;
  /** The relay's way to the broker. */
  readonly publisher?: (publisher: Publishes, place: Place) => Publishes;
  readonly senders?: (senders: Senders, place: Place) => Senders;
  readonly handler?: (handler: MessageHandler, place: Place) => MessageHandler;
  readonly runner?: (runner: SagaRunner<Act>, place: Place) => SagaRunner<Act>;
  readonly definition?: (definition: AnySagaDefinition<Act>) => AnySagaDefinition<Act>;
  /** As a door gives them to their handlers. */
  readonly command?: <Asked extends AnyCommand>(command: Asked) => Asked;
  readonly freshness?: (freshness: OrderFreshness, place: Place) => OrderFreshness;
  readonly history?: (history: QueryHandler<OrderHistory>, place: Place) => QueryHandler<OrderHistory>;
  /** What the sweep of views reads, of either side. */
  readonly written?: (orders: SweptOrders, place: Place) => SweptOrders;
  readonly views?: (views: SweptViews, place: Place) => SweptViews;
  readonly batches?: (batches: ComparedBooks, place: Place) => ComparedBooks;
  readonly provider?: (provider: PaymentProvider, place: Place) => PaymentProvider;
}

export const put = <Part>(
  replace: ((part: Part, place: Place) => Part) | undefined,
  part: Part,
  place: Place,
): Part => (replace ? replace(part, place) : part);
