import { Module, type DynamicModule } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { AuthModule, jwtConfigFromEnv } from '#libs/auth';
import { queues } from '#libs/contracts/topology.js';
import { Cursors } from '#libs/http';
import { newId } from '#libs/kernel/ids.js';
import { inboxPruning, InboxRow } from '#libs/messaging/inbox';
import { MessagingModule } from '#libs/messaging';
import { Outbox, OutboxRow } from '#libs/messaging/outbox';
import { HealthModule } from '#libs/observability/health';
import { MetricsModule } from '#libs/observability/metrics-server';
import { HousekeepingModule, Sweeper, PruneLeases } from '#libs/persistence/housekeeping';
import { backgroundSourceToken } from '#libs/persistence/database';
import { PersistenceModule } from '#libs/persistence';
import { UNIT_OF_WORK_RUNNER, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import type { ServiceIdentity } from '#libs/service';
import { inventoryMigrations } from '#migrations/inventory/index.js';
import { productSweep, skusOf } from './announce-again/product-sweep.js';
import { CommitStockConsumer } from './commit-stock/commit-stock.consumer.js';
import type { Config } from './config.js';
import { ListReservationsConsumer } from './list-reservations/list-reservations.consumer.js';
import { ReservationPageReader } from './list-reservations/reservation-page.reader.js';
import { ProductRow } from './persistence/product.row.js';
import { ReservationRow } from './persistence/reservation.row.js';
import { StockAdjustmentRow } from './persistence/stock-adjustment.row.js';
import { StockRow } from './persistence/stock.row.js';
import { ListProductsController } from './products/list-products.controller.js';
import { ManageProductsController } from './products/manage-products.controller.js';
import { ProductReader } from './products/product.reader.js';
import { StockAdjustmentsController } from './products/stock-adjustments.controller.js';
import { StockMetrics } from './products/stock-metrics.js';
import { ReleaseStockConsumer } from './release-stock/release-stock.consumer.js';
import { Participant } from './reservations/participant.js';
import { ReserveStockConsumer } from './reserve-stock/reserve-stock.consumer.js';
import { ReturnStockConsumer } from './return-stock/return-stock.consumer.js';
import { SeedDemo } from './seed/seed-demo.js';

/** Products, stock and reservations: what inventory-service consists of. */
@Module({})
export class InventoryServiceModule {
  static forRoot(config: Config, identity: ServiceIdentity): DynamicModule {
    return {
      module: InventoryServiceModule,
      imports: [
        HealthModule.forRoot(identity),
        MetricsModule.forRoot({
          ...identity,
          host: config.METRICS_HOST,
          port: config.METRICS_PORT,
          refreshSeconds: config.METRICS_REFRESH_SECONDS,
        }),
        AuthModule.forRoot(jwtConfigFromEnv(config, { production: config.NODE_ENV === 'production' })),
        PersistenceModule.forRoot({
          url: config.DATABASE_URL,
          migrationUrl: config.MIGRATION_DATABASE_URL,
          rows: [ProductRow, StockRow, StockAdjustmentRow, ReservationRow, OutboxRow, InboxRow],
          migrations: inventoryMigrations,
          runMigrations: config.RUN_MIGRATIONS,
          poolSize: config.DATABASE_POOL_SIZE,
          maxGroupSize: config.GROUP_SIZE_MAX,
        }),
        MessagingModule.forRoot({
          url: config.RABBITMQ_URL,
          heartbeatSeconds: config.RABBITMQ_HEARTBEAT_SECONDS,
          managementUrl: config.RABBITMQ_MANAGEMENT_URL,
          source: '/inventory-service',
          consumes: [queues.inventoryCommands],
          requireSender: config.REQUIRE_SENDER,
          brokerUsers: config.BROKER_USERS,
          deliverTwice: config.DELIVER_TWICE,
        }),
        HousekeepingModule.forRoot({
          runs: true,
          prunables: [inboxPruning({ keepDays: config.INBOX_KEEP_DAYS })],
          everySeconds: config.HOUSEKEEPING_EVERY_MINUTES * 60,
          timeScale: config.RETENTION_TIME_SCALE,
        }),
      ],
      controllers: [
        ReserveStockConsumer,
        ReleaseStockConsumer,
        CommitStockConsumer,
        ReturnStockConsumer,
        ListReservationsConsumer,
        ListProductsController,
        ManageProductsController,
        StockAdjustmentsController,
      ],
      providers: [
        Participant,
        ProductReader,
        ReservationPageReader,
        StockMetrics,
        ...(config.ANNOUNCE_AGAIN_EVERY_MINUTES > 0 ? [sweepWith(config)] : []),
        {
          provide: Cursors,
          useFactory: () => new Cursors(config.CURSOR_SECRET, config.CURSOR_SECRET_SECOND),
        },
        ...(config.SEED_DEMO ? [SeedDemo] : []),
      ],
    };
  }
}

const sweepWith = ({ ANNOUNCE_AGAIN_EVERY_MINUTES }: Config) => ({
  provide: Sweeper,
  inject: [backgroundSourceToken(), UNIT_OF_WORK_RUNNER, Outbox],
  useFactory: (source: DataSource, units: UnitOfWorkRunner, outbox: Outbox) => {
    const everySeconds = ANNOUNCE_AGAIN_EVERY_MINUTES * 60;
    const sweep = productSweep({ everySeconds, skus: skusOf(source), units, outbox });
    return new Sweeper(new PruneLeases(source, newId()), [sweep]);
  },
});
