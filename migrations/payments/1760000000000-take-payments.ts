import type { MigrationInterface, QueryRunner } from 'typeorm';
import { messagingTables } from '#libs/messaging/messaging.migration.js';
import { persistenceTables } from '#libs/persistence/persistence.migration.js';

/** Payments, and the ledger of the sandbox provider. */
export class TakePayments1760000000000 implements MigrationInterface {
  readonly name = 'TakePayments1760000000000';

  async up(runner: QueryRunner): Promise<void> {
    await persistenceTables(runner);
    await messagingTables(runner);
    // The index of next_look_at serves the poller: exactly the pending payments have one.
    await runner.query(`
      CREATE TABLE payments (
        id BINARY(16) NOT NULL,
        order_id VARCHAR(255) NOT NULL,
        customer_id VARCHAR(64) NULL,
        amount_minor BIGINT NULL,
        currency CHAR(3) NULL,
        status VARCHAR(20) NOT NULL,
        decline_code VARCHAR(40) NULL,
        asked_by JSON NULL,
        next_look_at DATETIME(6) NULL,
        created_at DATETIME(6) NOT NULL,
        updated_at DATETIME(6) NOT NULL,
        PRIMARY KEY (id),
        KEY payments_order_id (order_id, id),
        KEY payments_next_look_at (next_look_at),
        CONSTRAINT payments_status_known CHECK (
          status IN ('TAKEN', 'DECLINED', 'PENDING', 'REFUNDED', 'CANCELLED')
        ),
        CONSTRAINT payments_amount_not_negative CHECK (amount_minor >= 0),
        CONSTRAINT payments_money_has_an_amount CHECK (
          status = 'CANCELLED' OR (amount_minor IS NOT NULL AND currency IS NOT NULL)
        ),
        CONSTRAINT payments_looked_at_while_pending CHECK ((status = 'PENDING') = (next_look_at IS NOT NULL))
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE sandbox_charges (
        payment_id BINARY(16) NOT NULL,
        order_id VARCHAR(255) NOT NULL,
        amount_minor BIGINT NULL,
        currency CHAR(3) NULL,
        captured_minor BIGINT NOT NULL,
        refunded_minor BIGINT NOT NULL,
        dead TINYINT(1) NOT NULL,
        decline_code VARCHAR(40) NULL,
        failures INT UNSIGNED NOT NULL,
        settles_at DATETIME(6) NULL,
        created_at DATETIME(6) NOT NULL,
        updated_at DATETIME(6) NOT NULL,
        captured_at DATETIME(6) NULL,
        refunded_at DATETIME(6) NULL,
        PRIMARY KEY (payment_id),
        KEY sandbox_charges_order_id (order_id),
        CONSTRAINT sandbox_charges_captured_once CHECK (
          captured_minor = 0 OR (captured_minor = amount_minor AND captured_minor > 0)
        ),
        CONSTRAINT sandbox_charges_refunded_once CHECK (
          refunded_minor = 0 OR (refunded_minor = captured_minor AND dead = 1)
        ),
        CONSTRAINT sandbox_charges_dead_keep_nothing CHECK (dead = 0 OR captured_minor = refunded_minor)
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['sandbox_charges', 'payments', 'outbox', 'inbox', 'commit_marker']) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}
