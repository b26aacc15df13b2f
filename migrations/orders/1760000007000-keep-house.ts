import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropHousekeepingTable, housekeepingTable } from '#libs/persistence/housekeeping.migration.js';

/** How pruning stands, for all processes and over restarts. */
export class KeepHouse1760000007000 implements MigrationInterface {
  readonly name = 'KeepHouse1760000007000';

  up(runner: QueryRunner): Promise<void> {
    return housekeepingTable(runner);
  }

  down(runner: QueryRunner): Promise<void> {
    return dropHousekeepingTable(runner);
  }
}
