import { gauge } from './metrics.js';

export interface PoolStats {
  /** Connections that run something. */
  readonly active: number;
  /** Connections that are open and free. */
  readonly idle: number;
  /** Callers that wait for a connection. */
  readonly waiting: number;
}

const pools = new Map<string, () => PoolStats>();

/**
 * Shows a connection pool's stats at each scrape as `orders_db_pool_connections{pool,state}`.
 * @returns stops showing them; a pool that is closed must not be asked any more.
 */
export function observeDatabasePool(pool: string, stats: () => PoolStats): () => void {
  pools.set(pool, stats);
  gauge({
    name: 'orders_db_pool_connections',
    help: 'Database connections by what they are doing; waiting counts callers without one.',
    labels: ['pool', 'state'],
    collect: (metric) => {
      for (const [name, look] of pools) {
        for (const [state, count] of Object.entries(look())) metric.set({ pool: name, state }, Number(count));
      }
    },
  });
  return () => {
    if (pools.get(pool) === stats) pools.delete(pool);
  };
}
