import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Payments, and the sandbox's charges, in the order in which they were made, for whoever compares books. */
export class ListPayments1760000005000 implements MigrationInterface {
  readonly name = 'ListPayments1760000005000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE payments ADD KEY payments_created_at (created_at, id)');
    await runner.query(
      'ALTER TABLE sandbox_charges ADD KEY sandbox_charges_created_at (created_at, payment_id)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sandbox_charges DROP KEY sandbox_charges_created_at');
    await runner.query('ALTER TABLE payments DROP KEY payments_created_at');
  }
}
