import type { QueryRunner } from 'typeorm';

/** Keeps why a saga needs attention. */
export async function sagaAttentionColumn(runner: QueryRunner): Promise<void> {
  await runner.query('ALTER TABLE sagas ADD COLUMN attention JSON NULL');
}

/** Creates the tables `sagas` and `saga_timeline`; called by the first migration of a service that runs sagas. */
export async function sagaTables(runner: QueryRunner): Promise<void> {
  // One index serves the poller and the gauges: exactly the sagas that are not over have a deadline.
  await runner.query(`
    CREATE TABLE sagas (
      id BINARY(16) NOT NULL,
      saga VARCHAR(64) NOT NULL,
      version INT UNSIGNED NOT NULL,
      subject BINARY(16) NOT NULL,
      revision INT UNSIGNED NOT NULL,
      status VARCHAR(20) NOT NULL,
      step VARCHAR(64) NULL,
      data JSON NOT NULL,
      reason JSON NULL,
      calls JSON NOT NULL,
      started_at DATETIME(6) NOT NULL,
      finished_at DATETIME(6) NULL,
      deadline_at DATETIME(6) NULL,
      PRIMARY KEY (id),
      KEY sagas_deadline_at (deadline_at),
      CONSTRAINT sagas_status_known CHECK (
        status IN ('running', 'rolling-back', 'needs-attention', 'completed', 'rolled-back')
      ),
      CONSTRAINT sagas_revision_positive CHECK (revision >= 1),
      CONSTRAINT sagas_wait_until_finished CHECK (
        (finished_at IS NULL AND deadline_at IS NOT NULL AND step IS NOT NULL)
        OR (finished_at IS NOT NULL AND deadline_at IS NULL AND step IS NULL)
      )
    ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
  await runner.query(`
    CREATE TABLE saga_timeline (
      saga_id BINARY(16) NOT NULL,
      revision INT UNSIGNED NOT NULL,
      saga VARCHAR(64) NOT NULL,
      entries JSON NOT NULL,
      PRIMARY KEY (saga_id, revision)
    ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
}
