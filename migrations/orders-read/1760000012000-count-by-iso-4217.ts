import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rescaleAmounts } from '#libs/persistence/minor-units.migration.js';

/** Totals in the minor units of ISO 4217 instead of the runtime's; documents have decimals, which mean what they say. */
export class CountByIso42171760000012000 implements MigrationInterface {
  readonly name = 'CountByIso42171760000012000';

  up(runner: QueryRunner): Promise<void> {
    return rescaleAmounts(runner, 'order_views', ['total_minor']);
  }

  async down(): Promise<void> {
    // The release before reads the same amounts by the tables of the runtime that it has then; nobody can say which.
  }
}
