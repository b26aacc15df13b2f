import type { DataSource } from 'typeorm';
import { createDataSource, openPoolBeside, poolSizeOf, type DataSourceSettings } from './data-source.js';
import { runMigrations } from './migrations.js';
import { checkServer, describeServer } from './server-check.js';

export interface DatabaseSettings extends DataSourceSettings {
  /** Default: true. Otherwise somebody else brings the schema up to date. */
  readonly runMigrations?: boolean;
  /** Told what the server is, in one line. */
  readonly log?: (server: string) => void;
}

/**
 * Connects, checks the server, and brings the schema up to date. The database itself has to exist: a service does not
 * create it. @throws Fault when the server is unsuitable; nothing has been changed there then.
 */
export async function openDatabase(settings: DatabaseSettings): Promise<DataSource> {
  const dataSource = await createDataSource(settings);
  await dataSource.initialize();
  try {
    // Checked whether or not somebody wants to be told.
    const facts = await checkServer(dataSource);
    settings.log?.(describeServer(facts));
    if (settings.runMigrations ?? true) await runMigrations(dataSource);
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
  return dataSource;
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
