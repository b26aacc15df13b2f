import { counter, gauge, histogram } from '#libs/observability/metrics.js';
import { showAgeOf } from '#libs/observability/stats-age.js';
import type { OutboxStats } from './outbox-store.js';

export const outboxMetrics = {
  published: counter({
    name: 'orders_outbox_published_total',
    help: 'Messages of the outbox that the broker has confirmed.',
  }),
  delay: histogram({
    name: 'orders_outbox_delay_seconds',
    help: "From a message's commit to the broker's confirm.",
  }),
  failures: counter({
    name: 'orders_outbox_failures_total',
    help: 'Messages that were published and not confirmed, by what came instead.',
    labels: { outcome: ['returned', 'nacked', 'timed-out', 'channel-closed'] },
  }),
  pending: gauge({ name: 'orders_outbox_pending', help: 'Committed messages that are not sent yet.' }),
  parked: gauge({
    name: 'orders_outbox_parked',
    help: 'Messages that the broker did not take within their tries; each holds up its subject.',
  }),
  oldestAge: gauge({
    name: 'orders_outbox_oldest_age_seconds',
    help: 'Age of the oldest committed message that is neither sent nor parked.',
  }),
};

const refreshed = showAgeOf('outbox');

export function showStats({ pending, parked, oldestAgeSeconds }: OutboxStats): void {
  outboxMetrics.pending.set(pending);
  outboxMetrics.parked.set(parked);
  outboxMetrics.oldestAge.set(oldestAgeSeconds);
  refreshed();
}
