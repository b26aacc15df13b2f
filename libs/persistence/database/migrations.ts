import { createHash } from 'node:crypto';
import { MigrationExecutor, type DataSource } from 'typeorm';
import { Fault } from '#libs/kernel/errors.js';
import { isDenied } from './database-errors.js';
import { MigrationLease } from './migration-lease.js';
import { dropSteps } from './migration-steps.js';

/** How long an instance waits for another one that is migrating. */
const lockSeconds = 120;

/**
 * Brings the schema up to date. Instances that start at once take turns, and all but the first find nothing to do. A
 * migration that was stopped in the middle goes on where it was.
 * @throws Fault when another instance is still migrating after two minutes, or the user has no right to it.
 */
export async function runMigrations(dataSource: DataSource): Promise<void> {
  try {
    await migrateUnderLock(dataSource);
  } catch (error) {
    throw isDenied(error) ? notByThisUser(error) : error;
  }
}

const notByThisUser = (error: unknown): Fault =>
  new Fault(
    `${error instanceof Error ? error.message : String(error)}. Migrations need a user who may change tables: name one in ` +
      'MIGRATION_DATABASE_URL (of the read models: MIGRATION_READ_DATABASE_URL), or leave them to somebody else with ' +
      'RUN_MIGRATIONS=false',
    { cause: error },
  );

async function migrateUnderLock(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    // The lock belongs to the session: it goes away with an instance that dies while it migrates.
    const name = await lockName(dataSource);
    const [answer] = (await runner.query('SELECT GET_LOCK(?, ?) AS taken', [name, lockSeconds])) as {
      taken: number | null;
    }[];
    if (Number(answer?.taken) !== 1) throw new Fault('another instance has been migrating for too long');
    try {
      await MigrationLease.around(dataSource, lockSeconds, async () => {
        await dataSource.runMigrations({ transaction: 'none' });
        await dropSteps(dataSource);
      });
    } finally {
      await runner.query('DO RELEASE_LOCK(?)', [name]);
    }
  } finally {
    await runner.release();
  }
}

/** Whether the schema is what this build was written for. Asks only, where TypeORM's `showMigrations` makes its table. */
export const migrationsAreCurrent = async (dataSource: DataSource): Promise<boolean> =>
  (await new MigrationExecutor(dataSource).getPendingMigrations()).length === 0;

/** Lock names are per server and at most 64 characters; database names alone may have as many. */
async function lockName(dataSource: DataSource): Promise<string> {
  const [row] = await dataSource.query<{ name: string }[]>('SELECT DATABASE() AS name');
  return `migrate:${createHash('sha256')
    .update(row?.name ?? '')
    .digest('hex')
    .slice(0, 40)}`;
}
