import type { QueryRunner } from 'typeorm';

/** Creates the table `commit_marker`; called by the first migration of every database that units of work write to. */
export async function persistenceTables(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE commit_marker (
      committer BINARY(16) NOT NULL,
      group_number BIGINT NOT NULL,
      committed_at DATETIME(6) NOT NULL,
      PRIMARY KEY (committer)
    ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
}
