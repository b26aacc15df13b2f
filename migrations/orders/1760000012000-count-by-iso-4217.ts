import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changedCurrencies, rescaleAmounts } from '#libs/persistence/minor-units.migration.js';

/** Prices in the minor units of ISO 4217 instead of the runtime's; orders say in which they were written. */
export class CountByIso42171760000012000 implements MigrationInterface {
  readonly name = 'CountByIso42171760000012000';

  async up(runner: QueryRunner): Promise<void> {
    await rescaleAmounts(runner, 'catalogue_products', ['price_minor']);
    await rescaleAmounts(runner, 'reconciliation_findings', ['amount_minor']);
    for (const { currency, from } of changedCurrencies()) {
      await runner.query(
        `UPDATE orders SET details = JSON_SET(details, '$.minorUnits', ${from}) WHERE currency = ?`,
        [currency],
      );
    }
  }

  async down(): Promise<void> {
    // The release before reads the same amounts by the tables of the runtime that it has then; nobody can say which.
  }
}
