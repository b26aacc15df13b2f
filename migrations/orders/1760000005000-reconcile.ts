import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs of the reconciliation, what participants list for them, and what was found. */
export class Reconcile1760000005000 implements MigrationInterface {
  readonly name = 'Reconcile1760000005000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE reconciliation_runs (
        id BINARY(16) NOT NULL,
        state VARCHAR(10) NOT NULL,
        started_by VARCHAR(64) NOT NULL,
        since DATETIME(6) NULL,
        started_at DATETIME(6) NOT NULL,
        ended_at DATETIME(6) NULL,
        due_at DATETIME(6) NULL,
        attempts INT UNSIGNED NOT NULL,
        listings JSON NOT NULL,
        compared_to BINARY(16) NULL,
        items INT UNSIGNED NOT NULL,
        orders INT UNSIGNED NOT NULL,
        findings INT UNSIGNED NOT NULL,
        failure VARCHAR(255) NULL,
        PRIMARY KEY (id),
        KEY reconciliation_runs_due (due_at),
        KEY reconciliation_runs_state (state, ended_at),
        CONSTRAINT reconciliation_runs_state_known CHECK (
          state IN ('asking', 'orders', 'items', 'finished', 'failed')
        ),
        CONSTRAINT reconciliation_runs_due_until_over CHECK ((due_at IS NULL) = (ended_at IS NOT NULL))
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE reconciliation_schedule (
        name VARCHAR(20) NOT NULL,
        run_id BINARY(16) NOT NULL,
        running TINYINT(1) NOT NULL,
        started_at DATETIME(6) NOT NULL,
        PRIMARY KEY (name)
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE reconciliation_items (
        run_id BINARY(16) NOT NULL,
        item_id BINARY(16) NOT NULL,
        order_id BINARY(16) NULL,
        content JSON NOT NULL,
        PRIMARY KEY (run_id, item_id),
        KEY reconciliation_items_order (run_id, order_id)
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE reconciliation_findings (
        id BINARY(16) NOT NULL,
        kind VARCHAR(30) NOT NULL,
        state VARCHAR(10) NOT NULL,
        item_id BINARY(16) NOT NULL,
        order_id VARCHAR(255) NOT NULL,
        payment_id BINARY(16) NULL,
        reservation_id BINARY(16) NULL,
        amount_minor BIGINT NULL,
        currency CHAR(3) NULL,
        pieces INT UNSIGNED NULL,
        fix VARCHAR(10) NULL,
        detail VARCHAR(500) NOT NULL,
        run_id BINARY(16) NOT NULL,
        first_seen_at DATETIME(6) NOT NULL,
        last_seen_at DATETIME(6) NOT NULL,
        PRIMARY KEY (id),
        KEY reconciliation_findings_state (state, id),
        KEY reconciliation_findings_kind (kind, state, id),
        CONSTRAINT reconciliation_findings_state_known CHECK (state IN ('open', 'fixing', 'ignored', 'gone'))
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['findings', 'items', 'schedule', 'runs']) {
      await runner.query(`DROP TABLE reconciliation_${table}`);
    }
  }
}
