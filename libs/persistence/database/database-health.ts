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
    isCurrent ||= await migrationsAreCurrent(dataSource);
    if (!isCurrent) return { status: 'down', detail: 'migrations are missing' };
    // In the middle of a fail-over: reads work, and are worth sending here.
    return (await isReadOnly(dataSource)) ? { status: 'degraded', detail: 'read only' } : { status: 'up' };
  };
}

async function isReadOnly(dataSource: DataSource): Promise<boolean> {
  const [row]: { readOnly: number | string }[] = await dataSource.query('SELECT @@read_only AS readOnly');
  return !['0', 'OFF'].includes(String(row?.readOnly));
}
