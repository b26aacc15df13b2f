import { systemClock } from '#libs/kernel/clock.js';
import { gauge } from './metrics.js';

/**
 * Shows how old stats are: gauges that are looked up now and then keep what they were, and do not look any different
 * while nobody can look. Alert: StatsStale.
 * @returns to be called whenever the gauges have been set
 */
export function showAgeOf(stats: string): () => void {
  const refreshed = gauge({
    name: 'orders_stats_refreshed_timestamp_seconds',
    help: 'When the gauges that show a database or the broker were last brought up to date; 0: not yet.',
    labels: ['stats'],
  });
  refreshed.inc({ stats }, 0);
  return () => refreshed.set({ stats }, systemClock.now().getTime() / 1_000);
}
