import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropFirstSenderColumn, firstSenderColumn } from '#libs/messaging/messaging.migration.js';

/**
 * Who sent a parked message first, where the broker has proved it; null in rows of the release before. What that release has left in
 * the outbox to be redriven went by the default exchange, to which the service's user may have no right from now on: tried,
 * it would have the broker close the channel, again and again, with all that is behind it.
 */
export class KeepFirstSenders1760000016000 implements MigrationInterface {
  readonly name = 'KeepFirstSenders1760000016000';

  async up(runner: QueryRunner): Promise<void> {
    await firstSenderColumn(runner);
    await runner.query('ALTER TABLE parked_messages ADD COLUMN first_sender VARCHAR(255) NULL');
    await runner.query(`UPDATE outbox SET exchange = 'order-service.moves' WHERE exchange = ''`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE outbox SET exchange = '' WHERE exchange = 'order-service.moves'`);
    await runner.query('ALTER TABLE parked_messages DROP COLUMN first_sender');
    await dropFirstSenderColumn(runner);
  }
}
