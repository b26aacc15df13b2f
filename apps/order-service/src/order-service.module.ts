import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AuthModule } from '#libs/auth/auth.module.js';
import { jwtConfigFromEnv } from '#libs/auth/jwt-config.js';
import { queues } from '#libs/contracts/topology.js';
import { Cursors } from '#libs/http/cursor.js';
import { inboxPruning } from '#libs/messaging/inbox-pruning.js';
import { InboxRow } from '#libs/messaging/inbox.row.js';
import { MessagingModule } from '#libs/messaging/messaging.module.js';
import { OutboxRow } from '#libs/messaging/outbox.row.js';
import { HealthModule } from '#libs/observability/health/health.module.js';
import { MetricsModule } from '#libs/observability/metrics.module.js';
import { HousekeepingModule } from '#libs/persistence/housekeeping/housekeeping.module.js';
import { PersistenceModule } from '#libs/persistence/persistence.module.js';
import { SagaTimelineRow } from '#libs/saga/saga-timeline.row.js';
import type { ServiceIdentity } from '#libs/service/run-service.js';
import { SagaRow } from '#libs/saga/saga.row.js';
import { ordersReadMigrations } from '#migrations/orders-read/index.js';
import { ordersMigrations } from '#migrations/orders/index.js';
import { CancelOrderController } from './cancel-order/cancel-order.controller.js';
import { CancelOrderHandler } from './cancel-order/cancel-order.handler.js';
import { CatalogueProductRow } from './catalogue/catalogue-product.row.js';
import { CatalogueConsumer } from './catalogue/catalogue.consumer.js';
import { ChangeOrderStatusController } from './change-order-status/change-order-status.controller.js';
import { ChangeOrderStatusHandler } from './change-order-status/change-order-status.handler.js';
import type { Config } from './config.js';
import { prunablesOf } from './housekeeping/housekeeping.js';
import { IdempotencyKeyRow } from './idempotency/idempotency-key.row.js';
import { BusMetrics } from './metrics/bus-metrics.js';
import { OrderMetrics } from './metrics/order-metrics.js';
import { OperatorActionRow } from './operator-audit/operator-action.row.js';
import { OperatorMetrics } from './operator-audit/operator-metrics.js';
import { ActOnSagaController } from './operator-saga-actions/act-on-saga.controller.js';
import { ActOnSagaHandler } from './operator-saga-actions/act-on-saga.handler.js';
import { OperatorSagasController } from './operator-sagas/operator-sagas.controller.js';
import { SagaDetailsHandler } from './operator-sagas/saga-details.handler.js';
import { SagaListHandler } from './operator-sagas/saga-list.handler.js';
import { SagaSearch } from './operator-sagas/saga-search.reader.js';
import { SagaSummaryHandler } from './operator-sagas/saga-summary.handler.js';
import { OperatorTrailController } from './operator-trail/operator-trail.controller.js';
import { OperatorTrailHandler } from './operator-trail/operator-trail.handler.js';
import { OrderDetailsController } from './order-details/order-details.controller.js';
import { OrderDetailsHandler } from './order-details/order-details.handler.js';
import { CustomerOrderCountRow } from './order-history/customer-order-count.row.js';
import { OrderHistoryController } from './order-history/order-history.controller.js';
import { OrderHistoryHandler } from './order-history/order-history.handler.js';
import { SqlNumberBlocks } from './order-number/order-number-blocks.js';
import { OrderNumbers } from './order-number/order-numbers.js';
import { OrderStatusController } from './order-status/order-status.controller.js';
import { OrderStatusHandler } from './order-status/order-status.handler.js';
import { OrderTimelineController } from './order-timeline/order-timeline.controller.js';
import { OrderTimelineHandler } from './order-timeline/order-timeline.handler.js';
import { OrderFreshness } from './order-view/order-freshness.js';
import { OrderStatusShareRow } from './order-view/order-status-share.row.js';
import { OrderViewProjector } from './order-view/order-view.projector.js';
import { OrderViewReader } from './order-view/order-view.reader.js';
import { OrderViewRow } from './order-view/order-view.row.js';
import { OrderWatch } from './order-view/order-watch.js';
import { OrdersByStatus } from './order-view/orders-by-status.js';
import { ProjectionLag } from './order-view/projection-lag.js';
import { ViewSweepModule } from './order-view/view-sweep.module.js';
import { ParkedMessagesModule } from './parked-messages/parked-messages.module.js';
import { OrderReferenceRow } from './persistence/order-reference.row.js';
import { OrderRow } from './persistence/order.row.js';
import { PingController } from './ping/ping.controller.js';
import { PlaceOrderController } from './place-order/place-order.controller.js';
import { PlaceOrderHandler } from './place-order/place-order.handler.js';
import { otherCommandsAtOnceMax } from './places/lanes.js';
import { ORDERS_AT_ONCE, Places } from './places/places.js';
import { ProductsController } from './products/products.controller.js';
import { ProductsHandler } from './products/products.handler.js';
import { ReconciliationModule } from './reconciliation/reconciliation.module.js';
import { PossibleActions } from './saga-actions/possible-actions.js';
import { SagaLogReader } from './saga-log/saga-log.reader.js';
import { SagasModule } from './sagas/sagas.module.js';
import { ProposalsModule } from './second-person/proposals.module.js';

/** The composition root: what order-service consists of, and the only place that says what is behind a port. */
@Module({})
export class OrderServiceModule {
  static forRoot(config: Config, identity: ServiceIdentity): DynamicModule {
    const [api, worker] = [config.ROLES.includes('api'), config.ROLES.includes('worker')];
    const collects = worker && config.COLLECT_PARKED;
    const cursors = new Cursors(config.CURSOR_SECRET);
    const sagas = SagasModule.forRoot({ worker, timesFaster: config.SAGA_TIME_SCALE });
    const views = ViewSweepModule.forRoot({
      runs: worker && config.VIEW_SWEEP_EVERY_SECONDS > 0,
      everySeconds: config.VIEW_SWEEP_EVERY_SECONDS,
      allEveryHours: config.VIEW_SWEEP_ALL_EVERY_HOURS,
      quietSeconds: config.VIEW_SWEEP_QUIET_SECONDS,
    });
    return {
      module: OrderServiceModule,
      imports: [
        HealthModule.forRoot(identity),
        MetricsModule.forRoot({ ...identity, port: config.METRICS_PORT }),
        AuthModule.forRoot(jwtConfigFromEnv(config, { production: config.NODE_ENV === 'production' })),
        CqrsModule.forRoot(),
        PersistenceModule.forRoot({
          ...writeSide(config),
          ...tuning(config),
          newUnitsMax: config.ORDERS_AT_ONCE_MAX + otherCommandsAtOnceMax,
        }),
        PersistenceModule.forRoot({ ...readSide(config), ...tuning(config) }),
        MessagingModule.forRoot({
          url: config.RABBITMQ_URL,
          source: '/order-service',
          consumes: worker ? consumed : [],
          collectsParked: collects ? Object.values(queues) : [],
          deliverTwice: config.DELIVER_TWICE,
        }),
        sagas,
        views,
        ProposalsModule.forRoot({ api, cursors }),
        ParkedMessagesModule.forRoot({ api, worker, collects, cursors }),
        ReconciliationModule.forRoot({
          ...{ api, worker, cursors, sagas, views },
          everyHours: config.RECONCILE_EVERY_HOURS,
          quietSeconds: config.RECONCILE_QUIET_SECONDS,
        }),
        HousekeepingModule.forRoot({
          runs: worker,
          prunables: [inboxPruning({ keepDays: config.INBOX_KEEP_DAYS }), ...prunablesOf(config)],
          everySeconds: config.HOUSEKEEPING_EVERY_MINUTES * 60,
          timesFaster: config.RETENTION_TIME_SCALE,
        }),
      ],
      controllers: [...(api ? httpApi : []), ...(worker ? consumers : [])],
      providers: [
        ...(api ? [Places, { provide: ORDERS_AT_ONCE, useValue: config.ORDERS_AT_ONCE_MAX }] : []),
        ...commands,
        ...queries,
        ...figures,
        { provide: Cursors, useValue: cursors },
      ],
    };
  }
}

const consumed = [queues.sagaReplies, queues.reconciliation, queues.projections, queues.catalogue];

const operatorApi = [OperatorSagasController, ActOnSagaController, OperatorTrailController];

const httpApi = [
  PingController,
  PlaceOrderController,
  CancelOrderController,
  ChangeOrderStatusController,
  OrderHistoryController,
  OrderDetailsController,
  OrderStatusController,
  OrderTimelineController,
  ProductsController,
  ...operatorApi,
];

const consumers = [OrderViewProjector, CatalogueConsumer];

const commands = [
  PlaceOrderHandler,
  CancelOrderHandler,
  ChangeOrderStatusHandler,
  ActOnSagaHandler,
  OrderNumbers,
  SqlNumberBlocks,
];

const operatorQueries = [
  SagaListHandler,
  SagaSummaryHandler,
  SagaDetailsHandler,
  OperatorTrailHandler,
  SagaSearch,
  PossibleActions,
];

const queries = [
  OrderDetailsHandler,
  OrderStatusHandler,
  OrderTimelineHandler,
  OrderHistoryHandler,
  ProductsHandler,
  OrderViewReader,
  OrderWatch,
  OrderFreshness,
  SagaLogReader,
  ...operatorQueries,
];

const figures = [BusMetrics, OrderMetrics, OperatorMetrics, OrdersByStatus, ProjectionLag];

const writeSide = ({ DATABASE_URL }: Config) => ({
  url: DATABASE_URL,
  migrations: ordersMigrations,
  rows: [
    OrderRow,
    OrderReferenceRow,
    IdempotencyKeyRow,
    CatalogueProductRow,
    SagaRow,
    SagaTimelineRow,
    OperatorActionRow,
    ...ProposalsModule.rows,
    ...ParkedMessagesModule.rows,
    ...ReconciliationModule.rows,
    OutboxRow,
    InboxRow,
  ],
});

const readSide = ({ READ_DATABASE_URL }: Config) => ({
  name: 'read',
  url: READ_DATABASE_URL,
  migrations: ordersReadMigrations,
  rows: [OrderViewRow, CustomerOrderCountRow, OrderStatusShareRow],
});

const tuning = (config: Config) => ({
  poolSize: config.DATABASE_POOL_SIZE,
  groupSizeMax: config.GROUP_SIZE_MAX,
  runMigrations: config.RUN_MIGRATIONS,
});
