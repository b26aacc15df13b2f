import { NestFactory } from '@nestjs/core';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { PersistenceModule } from '#libs/persistence/persistence.module.js';
import { UNIT_OF_WORK_RUNNER } from '#libs/persistence/unit-of-work/inject-unit-of-work.js';
import type { UnitOfWorkRunner } from '#libs/persistence/unit-of-work/unit-of-work.js';
import { InboxRow } from '#libs/messaging/inbox/inbox.row.js';
import { OutboxRow } from '#libs/messaging/outbox/outbox.row.js';
import { paymentsMigrations } from '#migrations/payments/index.js';
import { PaymentRow } from '../../../apps/payment-service/src/persistence/payment.row.js';
import { SandboxChargeRow } from '../../../apps/payment-service/src/provider/sandbox/sandbox-charge.row.js';
import { sandboxLedger } from '../../../apps/payment-service/src/provider/sandbox/sandbox-ledger.query.js';
import { describeProvider } from '../../../apps/payment-service/src/provider/testing/payment-provider.contract.js';
import { sandboxUnderTest } from '../../../apps/payment-service/src/provider/testing/sandbox-under-test.js';
import { createTestDatabases } from '../../support/database.js';

describeProvider('the sandbox on a real database', async () => {
  const databases = await createTestDatabases(['sandbox']);
  const context = await NestFactory.createApplicationContext(
    PersistenceModule.forRoot({
      url: databases.url('sandbox'),
      rows: [SandboxChargeRow, PaymentRow, OutboxRow, InboxRow],
      migrations: paymentsMigrations,
    }),
    { logger: false },
  );
  return sandboxUnderTest(
    context.get<UnitOfWorkRunner>(UNIT_OF_WORK_RUNNER),
    sandboxLedger(context.get(DataSource)),
    {
      // What tok_pending takes; the database's clock cannot be turned.
      settle: () => pause(2_050),
      close: async () => {
        await context.close();
        await databases.drop();
      },
    },
  );
});
