import type { QueryRunner } from 'typeorm';

/** Creates the table `housekeeping`: how pruning stands, one row for each table that is pruned. */
export async function housekeepingTable(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE housekeeping (
      name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      owner BINARY(16) NULL,
      lease_until DATETIME(6) NOT NULL,
      due_at DATETIME(6) NOT NULL,
      position VARCHAR(500) NULL,
      pruned_before DATETIME(6) NULL,
      behind_seconds INT UNSIGNED NOT NULL,
      begun_at DATETIME(6) NOT NULL,
      succeeded_at DATETIME(6) NULL,
      PRIMARY KEY (name)
    ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
}

/** Takes {@link housekeepingTable} back. */
export async function dropHousekeepingTable(runner: QueryRunner): Promise<void> {
  await runner.query('DROP TABLE housekeeping');
}
