import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Ways to look for sagas that cost the same however many are over (docs/adr/0019). `cause` is computed by the database,
 * so that it is right for rows of every release, those that are written while a new one is rolled out among them; stored,
 * because indexes on virtual columns have gone wrong on MariaDB.
 */
export class SearchSagas1760000003001 implements MigrationInterface {
  readonly name = 'SearchSagas1760000003001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sagas
        ADD COLUMN cause VARCHAR(64) AS (
          COALESCE(JSON_UNQUOTE(JSON_EXTRACT(reason, '$.code')), IF(status = 'needs-attention', 'unanswered', NULL))
        ) STORED,
        ADD KEY sagas_lists (saga, version, status, started_at, id),
        ADD KEY sagas_cause (cause, status, started_at, id),
        ADD KEY sagas_subject (subject)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sagas
        DROP KEY sagas_lists, DROP KEY sagas_cause, DROP KEY sagas_subject,
        DROP COLUMN cause`);
  }
}
