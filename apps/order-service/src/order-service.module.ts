import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AuthModule, jwtConfigFromEnv } from '#libs/auth';
import { queues } from '#libs/contracts/topology.js';
import { Cursors } from '#libs/http';
import { inboxPruning, InboxRow } from '#libs/messaging/inbox';
import { MessagingModule } from '#libs/messaging';
import { OutboxRow } from '#libs/messaging/outbox';
import { HealthModule } from '#libs/observability/health';
import { MetricsModule } from '#libs/observability/metrics-server';
import { HousekeepingModule } from '#libs/persistence/housekeeping';
import { PersistenceModule } from '#libs/persistence';
import { SagaRow, SagaTimelineRow } from '#libs/saga/runner';
import type { ServiceIdentity } from '#libs/service';
import { ordersReadMigrations } from '#migrations/orders-read/index.js';
import { ordersMigrations } from '#migrations/orders/index.js';
import { CancelOrderController } from './commands/cancel-order/cancel-order.controller.js';
import { CancelOrderHandler } from './commands/cancel-order/cancel-order.handler.js';
import { CatalogueProductRow } from './persistence/catalogue-product.row.js';
import { CatalogueConsumer } from './catalogue/catalogue.consumer.js';
import { ChangeOrderStatusController } from './commands/change-order-status/change-order-status.controller.js';
import { ChangeOrderStatusHandler } from './commands/change-order-status/change-order-status.handler.js';
import { dutiesOf, type Config } from './config.js';
import { prunablesOf } from './housekeeping/housekeeping.js';
import { IdempotencyKeyRow } from './persistence/idempotency-key.row.js';
import { BusMetrics } from './metrics/bus-metrics.js';
import { OrderMetrics } from './metrics/order-metrics.js';
import { OrderDetailsController } from './queries/order-details/order-details.controller.js';
import { OrderDetailsHandler } from './queries/order-details/order-details.handler.js';
import { CustomerOrderCountRow } from './queries/order-history/customer-order-count.row.js';
import { OrderHistoryController } from './queries/order-history/order-history.controller.js';
import { OrderHistoryHandler } from './queries/order-history/order-history.handler.js';
import { SqlNumberBlocks } from './persistence/order-number-blocks.js';
import { OrderNumbers } from './persistence/order-numbers.js';
import { OrderStatusController } from './queries/order-status/order-status.controller.js';
import { OrderStatusHandler } from './queries/order-status/order-status.handler.js';
import { OrderTimelineController } from './queries/order-timeline/order-timeline.controller.js';
import { OrderTimelineHandler } from './queries/order-timeline/order-timeline.handler.js';
import { OrderFreshness } from './queries/order-view/order-freshness.js';
import { OrderStatusShareRow } from './queries/order-view/order-status-share.row.js';
import { OrderViewProjector } from './queries/order-view/order-view.projector.js';
import { OrderViewReader } from './queries/order-view/order-view.reader.js';
import { OrderViewRow } from './queries/order-view/order-view.row.js';
import { OrderWatch } from './queries/order-view/order-watch.js';
import { OrdersByStatus } from './queries/order-view/orders-by-status.js';
import { ProjectionLag } from './queries/order-view/projection-lag.js';
import { ViewSweepModule } from './queries/order-view/view-sweep.module.js';
import { OrderReferenceRow } from './persistence/order-reference.row.js';
import { OrderRow } from './persistence/order.row.js';
import { PingController } from './http/ping.controller.js';
import { PlaceOrderController } from './commands/place-order/place-order.controller.js';
import { PlaceOrderHandler } from './commands/place-order/place-order.handler.js';
import { maxOtherCommandsAtOnce } from './http/places/lanes.js';
import { ORDERS_AT_ONCE, Places } from './http/places/places.js';
import { ProductsController } from './queries/products/products.controller.js';
import { ProductsHandler } from './queries/products/products.handler.js';
import { SagaLogReader } from './sagas/saga-log.reader.js';
import { OperationsModule } from './operations/operations.module.js';
import { SagasModule } from './sagas/sagas.module.js';

/** The composition root: what order-service consists of, and the only place that says what is behind a port. */
@Module({})
export class OrderServiceModule {
  static forRoot(config: Config, identity: ServiceIdentity): DynamicModule {
    const { api, worker, operatorApi, operatorJobs } = dutiesOf(config);
    const http = api || operatorApi;
    const collects = operatorJobs && config.COLLECT_PARKED;
    const cursors = new Cursors(config.CURSOR_SECRET, config.CURSOR_SECRET_SECOND);
    const sagas = SagasModule.forRoot({ worker, timeScale: config.SAGA_TIME_SCALE });
    const views = ViewSweepModule.forRoot({
      runs: worker && config.VIEW_SWEEP_EVERY_SECONDS > 0,
      everySeconds: config.VIEW_SWEEP_EVERY_SECONDS,
      allEveryHours: config.VIEW_SWEEP_ALL_EVERY_HOURS,
      quietSeconds: config.VIEW_SWEEP_QUIET_SECONDS,
    });
    const operations = OperationsModule.forRoot({
      api: operatorApi,
      jobs: operatorJobs,
      collects,
      reconciliation: {
        everyHours: config.RECONCILE_EVERY_HOURS,
        quietSeconds: config.RECONCILE_QUIET_SECONDS,
      },
      cursors,
      sagas,
      views,
    });
    return {
      module: OrderServiceModule,
      imports: [
        HealthModule.forRoot(identity),
        MetricsModule.forRoot({
          ...identity,
          host: config.METRICS_HOST,
          port: config.METRICS_PORT,
          refreshSeconds: config.METRICS_REFRESH_SECONDS,
        }),
        AuthModule.forRoot(jwtConfigFromEnv(config, { production: config.NODE_ENV === 'production' })),
        CqrsModule.forRoot(),
        PersistenceModule.forRoot({
          ...writeSide(config),
          ...tuning(config),
          maxNewUnits: config.ORDERS_AT_ONCE_MAX + maxOtherCommandsAtOnce,
        }),
        PersistenceModule.forRoot({ ...readSide(config), ...tuning(config) }),
        MessagingModule.forRoot({
          url: config.RABBITMQ_URL,
          heartbeatSeconds: config.RABBITMQ_HEARTBEAT_SECONDS,
          managementUrl: config.RABBITMQ_MANAGEMENT_URL,
          source: '/order-service',
          consumes: [...(worker ? consumedByWorkers : []), ...(operatorJobs ? [queues.reconciliation] : [])],
          collectsParked: collects ? Object.values(queues) : [],
          requireSender: config.REQUIRE_SENDER,
          brokerUsers: config.BROKER_USERS,
          deliverTwice: config.DELIVER_TWICE,
        }),
        sagas,
        views,
        ...(operatorApi || operatorJobs ? [operations] : []),
        HousekeepingModule.forRoot({
          runs: worker || operatorJobs,
          prunables: [
            ...(worker ? [inboxPruning({ keepDays: config.INBOX_KEEP_DAYS }), ...prunablesOf(config)] : []),
            ...(operatorJobs ? OperationsModule.prunablesOf(config) : []),
          ],
          everySeconds: config.HOUSEKEEPING_EVERY_MINUTES * 60,
          timeScale: config.RETENTION_TIME_SCALE,
        }),
      ],
      controllers: [...(http ? [PingController] : []), ...(api ? shopApi : []), ...(worker ? consumers : [])],
      providers: [
        ...(http ? [Places, { provide: ORDERS_AT_ONCE, useValue: config.ORDERS_AT_ONCE_MAX }] : []),
        ...commands,
        ...queries,
        ...metrics,
        // What all workers see alike is shown by them.
        ...(worker ? [OrdersByStatus] : []),
        { provide: Cursors, useValue: cursors },
      ],
    };
  }
}

const consumedByWorkers = [queues.sagaReplies, queues.projections, queues.catalogue];

const shopApi = [
  PlaceOrderController,
  CancelOrderController,
  ChangeOrderStatusController,
  OrderHistoryController,
  OrderDetailsController,
  OrderStatusController,
  OrderTimelineController,
  ProductsController,
];

const consumers = [OrderViewProjector, CatalogueConsumer];

const commands = [
  PlaceOrderHandler,
  CancelOrderHandler,
  ChangeOrderStatusHandler,
  OrderNumbers,
  SqlNumberBlocks,
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
];

const metrics = [BusMetrics, OrderMetrics, ProjectionLag];

const writeSide = ({ DATABASE_URL, MIGRATION_DATABASE_URL }: Config) => ({
  url: DATABASE_URL,
  migrationUrl: MIGRATION_DATABASE_URL,
  migrations: ordersMigrations,
  rows: [
    OrderRow,
    OrderReferenceRow,
    IdempotencyKeyRow,
    CatalogueProductRow,
    SagaRow,
    SagaTimelineRow,
    ...OperationsModule.rows,
    OutboxRow,
    InboxRow,
  ],
});

const readSide = ({ READ_DATABASE_URL, MIGRATION_READ_DATABASE_URL }: Config) => ({
  name: 'read',
  url: READ_DATABASE_URL,
  migrationUrl: MIGRATION_READ_DATABASE_URL,
  migrations: ordersReadMigrations,
  rows: [OrderViewRow, CustomerOrderCountRow, OrderStatusShareRow],
});

const tuning = (config: Config) => ({
  poolSize: config.DATABASE_POOL_SIZE,
  maxGroupSize: config.GROUP_SIZE_MAX,
  runMigrations: config.RUN_MIGRATIONS,
});
