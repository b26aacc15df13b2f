import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Proposals that wait for a second person, the data that an action changed in the audit trail, and jobs that an admin asked
 * for. A process of the release before writes neither of the last two: its rows say null, and that the job is anybody's.
 */
export class TakeASecondPerson1760000012000 implements MigrationInterface {
  readonly name = 'TakeASecondPerson1760000012000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE operator_proposals (
        id BINARY(16) NOT NULL,
        action VARCHAR(64) NOT NULL,
        target VARCHAR(200) NOT NULL,
        text VARCHAR(1000) NOT NULL,
        why VARCHAR(500) NOT NULL,
        changes JSON NULL,
        seen CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        reason VARCHAR(500) NOT NULL,
        proposed_by VARCHAR(64) NOT NULL,
        proposed_at DATETIME(6) NOT NULL,
        expires_at DATETIME(6) NOT NULL,
        state VARCHAR(9) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        settled_by VARCHAR(64) NULL,
        settled_at DATETIME(6) NULL,
        PRIMARY KEY (id),
        KEY operator_proposals_state (state, id),
        KEY operator_proposals_expires (expires_at),
        CONSTRAINT operator_proposals_state_known CHECK (state IN ('open', 'confirmed', 'rejected')),
        CONSTRAINT operator_proposals_settled_has_time CHECK ((state = 'open') = (settled_at IS NULL)),
        CONSTRAINT operator_proposals_reason_given CHECK (reason <> '')
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
    await runner.query('ALTER TABLE operator_actions ADD COLUMN changes JSON NULL');
    await runner.query('ALTER TABLE operator_jobs ADD COLUMN alone TINYINT(1) NOT NULL DEFAULT 0');
    // What was edited before an earlier redrive is as little its sender's as what is edited now.
    await runner.query(`
      UPDATE parked_messages AS again JOIN parked_messages AS first ON first.id = again.redrive_of
         SET again.edited = 1 WHERE first.edited = 1 AND again.state = 'parked'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE operator_jobs DROP COLUMN alone');
    await runner.query('ALTER TABLE operator_actions DROP COLUMN changes');
    await runner.query('DROP TABLE operator_proposals');
  }
}
