import type { DataSource } from 'typeorm';
import type { PoolStats } from '#libs/observability/database-pool-metrics.js';
import { waitingFor } from './limited-queries.js';

/** What mysql2 knows about its pool but offers no method for. */
interface PoolInternals {
  readonly _allConnections: { readonly length: number };
  readonly _freeConnections: { readonly length: number };
  readonly _connectionQueue: { readonly length: number };
}

export function poolStats(dataSource: DataSource): PoolStats {
  const pool = (dataSource.driver as unknown as { readonly pool?: PoolInternals }).pool;
  if (!pool) return { active: 0, idle: 0, waiting: 0 };
  const idle = pool._freeConnections.length;
  return {
    active: pool._allConnections.length - idle,
    idle,
    waiting: waitingFor(dataSource) ?? pool._connectionQueue.length,
  };
}
