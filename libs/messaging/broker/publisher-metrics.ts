import { counter, gauge } from '#libs/observability/metrics.js';

export const publisherMetrics = {
  late: gauge({
    name: 'orders_publisher_late_messages',
    help: 'Messages that the broker has not confirmed within ten seconds, and that are waited for.',
  }),
  lateConfirms: counter({
    name: 'orders_publisher_late_confirms_total',
    help: 'Answers of the broker that came late, and counted.',
  }),
};
