import type { DataSource } from 'typeorm';
import { createDataSource, type DataSourceSettings } from './data-source.js';
import { runMigrations } from './migrations.js';

export interface DatabaseSettings extends DataSourceSettings {
  /** Default: true. Otherwise somebody else brings the schema up to date. */
  readonly runMigrations?: boolean;
}

/** Connects, and brings the schema up to date. The database itself has to exist: a service does not create it. */
export async function openDatabase(settings: DatabaseSettings): Promise<DataSource> {
  const dataSource = await createDataSource(settings);
  await dataSource.initialize();
  try {
    if (settings.runMigrations ?? true) await runMigrations(dataSource);
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
  return dataSource;
}
