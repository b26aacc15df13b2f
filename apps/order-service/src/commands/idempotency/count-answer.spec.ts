import { expect, it } from '@jest/globals';
import { registry } from '#libs/observability/metrics.js';
import { countAnswer } from './count-answer.js';

const request = { caller: 'cust-1', operation: 'POST /api/orders', key: 'key-1', content: {} };

const counted = async (): Promise<string[]> =>
  (await registry.getSingleMetricAsString('orders_idempotency_total')).split('\n').filter((line) => line);

it('counts what keys came to, each result from the start', async () => {
  const help = '# HELP orders_idempotency_total Accepted commands, by what their Idempotency-Key came to.';
  const lines = (first: number, replayed: number, without: number): string[] => [
    help,
    '# TYPE orders_idempotency_total counter',
    `orders_idempotency_total{result="first"} ${first}`,
    `orders_idempotency_total{result="replayed"} ${replayed}`,
    `orders_idempotency_total{result="without-key"} ${without}`,
  ];
  expect(await counted()).toEqual(lines(0, 0, 0));
  countAnswer(request, { response: 1, replayed: false });
  countAnswer(request, { response: 1, replayed: true });
  countAnswer(request, { response: 1, replayed: true });
  countAnswer(null, { response: 1, replayed: false });
  expect(await counted()).toEqual(lines(1, 2, 1));
});
