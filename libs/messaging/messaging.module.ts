import { Module, type DynamicModule } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { HealthIndicators } from '#libs/observability/health/health-indicators.js';
import { backgroundSourceToken } from '#libs/persistence/database/inject-database.js';
import { UNIT_OF_WORK_RUNNER } from '#libs/persistence/unit-of-work/inject-unit-of-work.js';
import type { UnitOfWorkRunner } from '#libs/persistence/unit-of-work/unit-of-work.js';
import { AmqpTransport } from './consumer/amqp-transport.js';
import { Inbox } from './inbox/inbox.js';
import { MessagingRuntime, type RuntimeOptions } from './messaging-runtime.js';
import { Outbox } from './outbox/outbox.js';
import { ParkingLot } from './parking/parking-lot.js';

export type MessagingOptions = RuntimeOptions;

/**
 * A service's share in the exchange of messages: `Outbox` and `Inbox` for its units of work, a relay for what they
 * send, and `AmqpTransport` for what comes in (see start-consuming.ts). Needs the default database of PersistenceModule
 * with OutboxRow and InboxRow among its rows; import this module after that one, so that it ends first.
 */
@Module({})
export class MessagingModule {
  static forRoot(options: MessagingOptions): DynamicModule {
    return {
      module: MessagingModule,
      global: true,
      providers: [
        { provide: Outbox, useFactory: () => new Outbox(options.source) },
        { provide: Inbox, useFactory: () => new Inbox() },
        {
          provide: MessagingRuntime,
          useFactory: (
            unitOfWork: UnitOfWorkRunner,
            dataSource: DataSource,
            outbox: Outbox,
            health: HealthIndicators | undefined,
          ) => new MessagingRuntime(options, unitOfWork, dataSource, outbox, health),
          inject: [
            UNIT_OF_WORK_RUNNER,
            backgroundSourceToken(),
            Outbox,
            { token: HealthIndicators, optional: true },
          ],
        },
        {
          provide: AmqpTransport,
          useFactory: ({ transport }: MessagingRuntime) => transport,
          inject: [MessagingRuntime],
        },
        {
          provide: ParkingLot,
          useFactory: ({ parkingLot }: MessagingRuntime) => parkingLot,
          inject: [MessagingRuntime],
        },
      ],
      exports: [Outbox, Inbox, AmqpTransport, ParkingLot],
    };
  }
}
