import type { DataSource } from 'typeorm';
import { migrationsAreCurrent } from './migrations.js';
import type { Finding } from '#libs/observability/health/health-indicators.js';

/**
 * Whether the database answers and has the schema that this release needs. Once it has, it is not asked for that again:
 * migrations only move forward while a process runs.
 */
export function databaseHealth(dataSource: DataSource): () => Promise<Finding> {
  let isCurrent = false;
  return async () => {
    if (isCurrent) await dataSource.query('SELECT 1');
    else isCurrent = await migrationsAreCurrent(dataSource);
    return isCurrent ? { status: 'up' } : { status: 'down', detail: 'migrations are missing' };
  };
}
