import type { DataSource } from 'typeorm';
import { counter, gauge, histogram } from '#libs/observability/metrics.js';
import type { StatsRefresher } from '#libs/observability/stats-refresher.js';
import { standings } from './prune-lease.js';

export const housekeepingMetrics = {
  pruned: counter({
    name: 'orders_housekeeping_pruned_rows_total',
    help: 'Rows that were deleted because nobody needs them any more.',
    labels: ['table'],
  }),
  failures: counter({
    name: 'orders_housekeeping_failures_total',
    help: 'Turns of pruning a table that ended with an error; the next one goes on from there.',
    labels: ['table'],
  }),
  batch: histogram({
    name: 'orders_housekeeping_batch_duration_seconds',
    help: 'One batch of pruning, as a transaction of its own.',
    labels: ['table'],
  }),
};

/**
 * Shows what is the same from every process, as it is where all of them record how far they are.
 * @param tables that are pruned: others have leases of other kinds, or have none any more.
 */
export function showStandings(stats: StatsRefresher, source: DataSource, tables: ReadonlySet<string>): void {
  const lastSuccess = gauge({
    name: 'orders_housekeeping_last_success_timestamp_seconds',
    help: 'When a pass through the table was last through; when it was first to be pruned, if none has been yet.',
    labels: ['table'],
  });
  const behind = gauge({
    name: 'orders_housekeeping_behind_seconds',
    help: 'How long ago the oldest row that is left could have gone, when the last turn was cut short; 0: none was left.',
    labels: ['table'],
  });
  stats.keep({
    name: 'housekeeping',
    look: () => standings(source),
    show: (all) => {
      const now = Date.now() / 1000;
      for (const { table, succeededSecondsAgo, behindSeconds } of all) {
        if (!tables.has(table)) continue;
        lastSuccess.set({ table }, now - succeededSecondsAgo);
        behind.set({ table }, behindSeconds);
      }
    },
  });
}
