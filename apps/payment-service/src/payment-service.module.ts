import { Module, type DynamicModule } from '@nestjs/common';
import { AuthModule, jwtConfigFromEnv } from '#libs/auth';
import { queues } from '#libs/contracts/topology.js';
import { inboxPruning, InboxRow } from '#libs/messaging/inbox';
import { MessagingModule } from '#libs/messaging';
import { OutboxRow } from '#libs/messaging/outbox';
import { HealthModule } from '#libs/observability/health';
import { MetricsModule } from '#libs/observability/metrics-server';
import { HousekeepingModule } from '#libs/persistence/housekeeping';
import { PersistenceModule } from '#libs/persistence';
import type { ServiceIdentity } from '#libs/service';
import { paymentsMigrations } from '#migrations/payments/index.js';
import type { Config } from './config.js';
import { ListPaymentsConsumer } from './list-payments/list-payments.consumer.js';
import { PaymentPageReader } from './list-payments/payment-page.reader.js';
import { Participant } from './participant/participant.js';
import { PaymentReader } from './payments/payment.reader.js';
import { PaymentsController } from './payments/payments.controller.js';
import { PaymentRow } from './persistence/payment.row.js';
import { ProviderModule } from './provider/provider.module.js';
import { SandboxChargeRow } from './provider/sandbox/sandbox-charge.row.js';
import { RefundPaymentConsumer } from './refund-payment/refund-payment.consumer.js';
import { RefundPaymentHandler } from './refund-payment/refund-payment.handler.js';
import { SettlePaymentHandler } from './settle-payment/settle-payment.handler.js';
import { SettlementPoller } from './settle-payment/settlement-poller.js';
import { TakePaymentConsumer } from './take-payment/take-payment.consumer.js';
import { TakePaymentHandler } from './take-payment/take-payment.handler.js';

/**
 * Deliveries in hand beyond the charges that may be under way: so many commands can be recorded, refunded or answered
 * again while all the others wait for a slow provider.
 */
const prefetchBeyondCharges = 200;

/** Part of the time for a shutdown; the rest is for sending the last answers and for closing. */
const shareForFinishing = 0.8;

/** Payments and refunds: what payment-service consists of. */
@Module({})
export class PaymentServiceModule {
  static forRoot(config: Config, identity: ServiceIdentity): DynamicModule {
    return {
      module: PaymentServiceModule,
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
          rows: [PaymentRow, SandboxChargeRow, OutboxRow, InboxRow],
          migrations: paymentsMigrations,
          runMigrations: config.RUN_MIGRATIONS,
          poolSize: config.DATABASE_POOL_SIZE,
          maxGroupSize: config.GROUP_SIZE_MAX,
        }),
        MessagingModule.forRoot({
          url: config.RABBITMQ_URL,
          heartbeatSeconds: config.RABBITMQ_HEARTBEAT_SECONDS,
          managementUrl: config.RABBITMQ_MANAGEMENT_URL,
          source: '/payment-service',
          consumes: [queues.paymentCommands],
          prefetch: config.PROVIDER_CONCURRENCY + prefetchBeyondCharges,
          requireSender: config.REQUIRE_SENDER,
          brokerUsers: config.BROKER_USERS,
          deliverTwice: config.DELIVER_TWICE,
          // A payment that the provider keeps silent about takes up to three timeouts.
          finishWithinMs: config.SHUTDOWN_SECONDS * 1000 * shareForFinishing,
        }),
        ProviderModule.forRoot({
          use: config.PAYMENT_PROVIDER,
          timeoutSeconds: config.PROVIDER_TIMEOUT_SECONDS,
          concurrency: config.PROVIDER_CONCURRENCY,
        }),
        HousekeepingModule.forRoot({
          runs: true,
          prunables: [inboxPruning({ keepDays: config.INBOX_KEEP_DAYS })],
          everySeconds: config.HOUSEKEEPING_EVERY_MINUTES * 60,
          timeScale: config.RETENTION_TIME_SCALE,
        }),
      ],
      controllers: [TakePaymentConsumer, RefundPaymentConsumer, ListPaymentsConsumer, PaymentsController],
      providers: [
        Participant,
        TakePaymentHandler,
        RefundPaymentHandler,
        SettlePaymentHandler,
        SettlementPoller,
        PaymentReader,
        PaymentPageReader,
      ],
    };
  }
}
