import { describe, expect, it } from '@jest/globals';
import { MetricsPage } from './metrics-page.js';

const page = new MetricsPage(`# HELP orders_placed_total Orders
orders_placed_total{channel="http"} 3
orders_placed_total{channel="graphql"} 4
group_size_sum{database="default",le="1"} 10
group_size_sum{database="read"} 2.5
process_cpu_seconds_total 1.25
`);

describe('a page of metrics', () => {
  it('is summed over labels', () => {
    expect(page.sum('orders_placed_total')).toBe(7);
    expect(page.sum('process_cpu_seconds_total')).toBe(1.25);
    expect(page.sum('unheard_of')).toBe(0);
  });

  it('is split by one label', () => {
    expect([...page.by('group_size_sum', 'database')]).toEqual([
      ['default', 10],
      ['read', 2.5],
    ]);
  });
});
