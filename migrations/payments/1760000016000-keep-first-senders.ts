import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropFirstSenderColumn, firstSenderColumn } from '#libs/messaging/messaging.migration.js';

export class KeepFirstSenders1760000016000 implements MigrationInterface {
  readonly name = 'KeepFirstSenders1760000016000';

  async up(runner: QueryRunner): Promise<void> {
    await firstSenderColumn(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropFirstSenderColumn(runner);
  }
}
