import type { MigrationInterface, QueryRunner } from 'typeorm';
import { sagaAttentionColumn } from '#libs/saga/saga.migration.js';

/** Why a saga needs attention is kept with it, and is what lists call its cause where it has no reason to roll back. */
export class SayWhySagasNeedAttention1760000006000 implements MigrationInterface {
  readonly name = 'SayWhySagasNeedAttention1760000006000';

  async up(runner: QueryRunner): Promise<void> {
    await sagaAttentionColumn(runner);
    await runner.query(`
      ALTER TABLE sagas
        MODIFY COLUMN cause VARCHAR(64) AS (
          COALESCE(
            JSON_UNQUOTE(JSON_EXTRACT(reason, '$.code')),
            JSON_UNQUOTE(JSON_EXTRACT(attention, '$.cause')),
            IF(status = 'needs-attention', 'unanswered', NULL)
          )
        ) STORED`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sagas
        MODIFY COLUMN cause VARCHAR(64) AS (
          COALESCE(JSON_UNQUOTE(JSON_EXTRACT(reason, '$.code')), IF(status = 'needs-attention', 'unanswered', NULL))
        ) STORED`);
    await runner.query('ALTER TABLE sagas DROP COLUMN attention');
  }
}
