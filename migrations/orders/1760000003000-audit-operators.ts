import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What operators did: searched by each of its columns, newest first, one index a way to look. */
export class AuditOperators1760000003000 implements MigrationInterface {
  readonly name = 'AuditOperators1760000003000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE operator_actions (
        id BINARY(16) NOT NULL,
        at DATETIME(6) NOT NULL,
        actor VARCHAR(64) NOT NULL,
        action VARCHAR(64) NOT NULL,
        target VARCHAR(200) NOT NULL,
        reason VARCHAR(500) NOT NULL,
        outcome VARCHAR(255) NOT NULL,
        trace_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
        PRIMARY KEY (id),
        KEY operator_actions_at (at, id),
        KEY operator_actions_actor (actor, at, id),
        KEY operator_actions_action (action, at, id),
        KEY operator_actions_target (target, at, id),
        CONSTRAINT operator_actions_reason_given CHECK (reason <> '')
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE operator_actions');
  }
}
