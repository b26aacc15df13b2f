import { counter, histogram } from '#libs/observability';

export const operations = ['charge', 'refund', 'find', 'list'] as const;
export type Operation = (typeof operations)[number];

export const requests = counter({
  name: 'payment_provider_requests_total',
  help: 'Calls to the payment provider; answered also when the answer was no.',
  labels: { operation: operations, result: ['answered', 'failed', 'timeout'] },
});

export const duration = histogram({
  name: 'payment_provider_duration_seconds',
  help: 'Duration of calls to the payment provider, up to the answer or to giving up.',
  labels: { operation: operations },
});
