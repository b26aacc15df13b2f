import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Finds orders by when they last changed, with all that is needed to compare their views with them, so that the sweep of views
 * reads the index alone. Built while orders are written; on a cluster for as long as that takes on every node.
 */
export class SweepViews1760000014000 implements MigrationInterface {
  readonly name = 'SweepViews1760000014000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE orders ADD KEY orders_changed (updated_at, id, version)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE orders DROP KEY orders_changed');
  }
}
