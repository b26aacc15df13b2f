import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropRedriveColumns, redriveColumns } from '#libs/messaging/messaging.migration.js';

export class RedriveMessages1760000004000 implements MigrationInterface {
  readonly name = 'RedriveMessages1760000004000';

  async up(runner: QueryRunner): Promise<void> {
    await redriveColumns(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropRedriveColumns(runner);
  }
}
