import type { DataSource } from 'typeorm';
import { createDataSource, openPoolBeside, poolSizeOf, type DataSourceSettings } from './data-source.js';
import { runMigrations } from './migrations.js';
import { checkRights, rightsToChangeTables } from './rights.js';
import { checkServer, describeServer } from './server-check.js';

export interface DatabaseSettings extends DataSourceSettings {
  /** Default: true. Otherwise somebody else brings the schema up to date. */
  readonly runMigrations?: boolean;
  /** The same database, with a user who may change its tables. Default: the user of `url` migrates. */
  readonly migrationUrl?: string | undefined;
  /** Told what the server is, in one line. */
  readonly log?: (server: string) => void;
  /** Told what should be otherwise, though it works. */
  readonly warn?: (text: string) => void;
}

/**
 * Connects, checks the server, brings the schema up to date, and checks what the user may do. The database itself has to
 * exist: a service does not create it. @throws Fault when the server is unsuitable; nothing has been changed there then.
 * Fault when the user lacks a right.
 */
export async function openDatabase(settings: DatabaseSettings): Promise<DataSource> {
  const { migrationUrl } = settings;
  if (migrationUrl !== undefined) {
    if (settings.runMigrations ?? true) await migrateBy(migrationUrl, settings);
    return openDatabase({ ...settings, runMigrations: false, migrationUrl: undefined });
  }
  const dataSource = await createDataSource(settings);
  await dataSource.initialize();
  try {
    // Checked whether or not somebody wants to be told.
    const facts = await checkServer(dataSource);
    settings.log?.(describeServer(facts));
    if (settings.runMigrations ?? true) await runMigrations(dataSource);
    else if (settings.warn) await warnOfRights(dataSource, settings.warn);
    await checkRights(dataSource);
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
  return dataSource;
}

/** The connections of who may change tables end with the migrations: nothing that runs later has them. */
async function migrateBy(url: string, { migrations }: DatabaseSettings): Promise<void> {
  const opened = await openDatabase({ url, rows: [], migrations, poolSize: 2 });
  await opened.destroy();
}

/** Somebody else migrates: whoever gets hold of this user could do more harm than has to be. */
async function warnOfRights(dataSource: DataSource, warn: (text: string) => void): Promise<void> {
  const rights = await rightsToChangeTables(dataSource);
  if (rights.length === 0) return;
  warn(`the user may change tables (${rights.join(', ')}), and need not: docs/database-users.md`);
}

/** The same, for queries alone: what may take any time, as migrations do, runs first, on connections of its own. */
export async function openForQueries(settings: DatabaseSettings): Promise<DataSource> {
  const opened = await openDatabase({ ...settings, poolSize: 2 });
  try {
    return await openPoolBeside(opened, poolSizeOf(settings), 'queries');
  } finally {
    await opened.destroy();
  }
}
