import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rescaleAmounts } from '#libs/persistence/minor-units.migration.js';

/** Payments, and the book of the sandbox, in the minor units of ISO 4217 instead of the runtime's. */
export class CountByIso42171760000012000 implements MigrationInterface {
  readonly name = 'CountByIso42171760000012000';

  async up(runner: QueryRunner): Promise<void> {
    await rescaleAmounts(runner, 'payments', ['amount_minor']);
    await rescaleAmounts(runner, 'sandbox_charges', ['amount_minor', 'captured_minor', 'refunded_minor']);
  }

  async down(): Promise<void> {
    // The release before reads the same amounts by the tables of the runtime that it has then; nobody can say which.
  }
}
