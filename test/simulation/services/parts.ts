import type { Inbox } from '#libs/messaging/inbox/inbox.js';
import type { MessageHandler } from '#libs/messaging/consumer/message-handling.js';
import type { Outbox } from '#libs/messaging/outbox/outbox.js';
import type { Publishes } from '#libs/messaging/broker/publisher.js';
import type { UnitOfWorkRunner } from '#libs/persistence/unit-of-work/unit-of-work.js';
import type { AnySagaDefinition } from '#libs/saga/definition/saga-definitions.js';
import type { SagaRunner } from '#libs/saga/runner/saga-runner.js';
import type { PaymentProvider } from '../../../apps/payment-service/src/provider/payment-provider.js';
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

/** The process that a part belongs to. */
export interface Place {
  readonly world: World;
  readonly life: Life;
  readonly database: SimulatedDatabase;
}

/** Replaces real parts of a process by planted bugs. Each function is given the real part. */
export interface Parts {
  readonly units?: (units: UnitOfWorkRunner, place: Place) => UnitOfWorkRunner;
  readonly inbox?: (inbox: Inbox, place: Place) => Inbox;
  readonly outbox?: (outbox: Outbox, place: Place) => Outbox;
  /** The relay's way to the broker. */
  readonly publisher?: (publisher: Publishes, place: Place) => Publishes;
  readonly handler?: (handler: MessageHandler, place: Place) => MessageHandler;
  readonly runner?: (runner: SagaRunner<Act>, place: Place) => SagaRunner<Act>;
  readonly definition?: (definition: AnySagaDefinition<Act>) => AnySagaDefinition<Act>;
  /** What the sweep of views reads, of either side. */
  readonly written?: (orders: SweptOrders, place: Place) => SweptOrders;
  readonly views?: (views: SweptViews, place: Place) => SweptViews;
  readonly provider?: (provider: PaymentProvider, place: Place) => PaymentProvider;
}

export const put = <Part>(
  replace: ((part: Part, place: Place) => Part) | undefined,
  part: Part,
  place: Place,
): Part => (replace ? replace(part, place) : part);
