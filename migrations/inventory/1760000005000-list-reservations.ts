import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Reservations in the order in which they were made, for whoever compares books. */
export class ListReservations1760000005000 implements MigrationInterface {
  readonly name = 'ListReservations1760000005000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE reservations ADD KEY reservations_created_at (created_at, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE reservations DROP KEY reservations_created_at');
  }
}
