import { counter } from '#libs/observability';
import type { Answer, IdempotentRequest } from './idempotent.js';

const requests = counter({
  name: 'orders_idempotency_total',
  help: 'Accepted commands, by what their Idempotency-Key came to.',
  labels: { result: ['first', 'replayed', 'without-key'] },
});

export function countAnswer<Response>(
  request: IdempotentRequest | null,
  { replayed }: Answer<Response>,
): void {
  requests.inc({ result: replayed ? 'replayed' : request ? 'first' : 'without-key' });
}
