import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropRedriveColumns, redriveColumns } from '#libs/messaging/messaging.migration.js';

/** Parked messages out of their queues and into a table, and the jobs that redrive or discard many of them. */
export class KeepParkedMessages1760000004000 implements MigrationInterface {
  readonly name = 'KeepParkedMessages1760000004000';

  async up(runner: QueryRunner): Promise<void> {
    await redriveColumns(runner);
    await runner.query(`
      CREATE TABLE parked_messages (
        id BINARY(16) NOT NULL,
        queue VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        message_id VARCHAR(255) NULL,
        type VARCHAR(100) NULL,
        subject VARCHAR(64) NULL,
        saga_id BINARY(16) NULL,
        reason VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        detail VARCHAR(500) NOT NULL,
        content_type VARCHAR(255) NULL,
        size_bytes INT UNSIGNED NOT NULL,
        body_hash BINARY(32) NOT NULL,
        attempt INT UNSIGNED NOT NULL,
        redrives INT UNSIGNED NOT NULL,
        redrive_of BINARY(16) NULL,
        parked_at DATETIME(6) NOT NULL,
        collected_at DATETIME(6) NOT NULL,
        state VARCHAR(9) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        edited TINYINT(1) NOT NULL,
        settled_at DATETIME(6) NULL,
        settled_by VARCHAR(64) NULL,
        job_id BINARY(16) NULL,
        PRIMARY KEY (id),
        KEY parked_messages_at (parked_at, id),
        KEY parked_messages_state (state, parked_at, id),
        KEY parked_messages_groups (state, queue, type, reason, parked_at),
        KEY parked_messages_subject (subject, parked_at, id),
        KEY parked_messages_saga (saga_id, parked_at, id),
        KEY parked_messages_settled (settled_at),
        CONSTRAINT parked_messages_state_known CHECK (state IN ('parked', 'redriven', 'discarded')),
        CONSTRAINT parked_messages_settled_has_time CHECK ((state = 'parked') = (settled_at IS NULL))
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE parked_message_bodies (
        id BINARY(16) NOT NULL,
        original MEDIUMBLOB NOT NULL,
        edited MEDIUMBLOB NULL,
        PRIMARY KEY (id)
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE operator_jobs (
        id BINARY(16) NOT NULL,
        kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        filter JSON NOT NULL,
        total INT UNSIGNED NOT NULL,
        done INT UNSIGNED NOT NULL,
        failed INT UNSIGNED NOT NULL,
        state VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        actor VARCHAR(64) NOT NULL,
        reason VARCHAR(500) NOT NULL,
        position JSON NULL,
        owner BINARY(16) NULL,
        fence INT UNSIGNED NOT NULL,
        lease_until DATETIME(6) NOT NULL,
        created_at DATETIME(6) NOT NULL,
        updated_at DATETIME(6) NOT NULL,
        finished_at DATETIME(6) NULL,
        PRIMARY KEY (id),
        KEY operator_jobs_claim (state, lease_until),
        KEY operator_jobs_finished (finished_at),
        CONSTRAINT operator_jobs_state_known CHECK (state IN ('running', 'finished')),
        CONSTRAINT operator_jobs_reason_given CHECK (reason <> '')
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['operator_jobs', 'parked_message_bodies', 'parked_messages']) {
      await runner.query(`DROP TABLE ${table}`);
    }
    await dropRedriveColumns(runner);
  }
}
