import { afterAll, beforeAll } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
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
import { createTestDatabases, type TestDatabases } from '../../support/database.js';

let databases: TestDatabases;
let context: INestApplicationContext;
beforeAll(async () => {
  databases = await createTestDatabases(['sandbox']);
  context = await NestFactory.createApplicationContext(
    PersistenceModule.forRoot({
      url: databases.url('sandbox'),
      rows: [SandboxChargeRow, PaymentRow, OutboxRow, InboxRow],
      migrations: paymentsMigrations,
    }),
    { logger: false },
  );
}, 30_000);
afterAll(async () => {
  await context.close();
  await databases.drop();
});

describeProvider('the sandbox on a real database', async () => {
  const source = context.get(DataSource);
  await source.query('DELETE FROM sandbox_charges');
  return sandboxUnderTest(context.get<UnitOfWorkRunner>(UNIT_OF_WORK_RUNNER), sandboxLedger(source), {
    // The database's clock cannot be turned: what it is compared with can. A process knows that clock to some milliseconds.
    settle: async () =>
      void (await source.query(
        'UPDATE sandbox_charges SET settles_at = UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE WHERE settles_at IS NOT NULL',
      )),
  });
});
