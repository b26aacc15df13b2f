import { afterEach, describe, expect, it } from '@jest/globals';
import { observeDatabasePool } from './database-pool-metrics.js';
import { counter, describeProcess, gauge, histogram, registry } from './metrics.js';

afterEach(() => registry.clear());

describe('metrics', () => {
  it('with enumerated labels are there at 0 from the start, in every combination', async () => {
    counter({ name: 'a_total', help: 'a', labels: { kind: ['x', 'y'], result: ['ok', 'failed'] } });
    gauge({ name: 'b', help: 'b', labels: { state: ['on'] } });
    histogram({ name: 'c_seconds', help: 'c', labels: { step: ['one'] } });
    const page = await registry.metrics();
    expect(page.match(/^a_total\{.*\} 0$/gm)).toHaveLength(4);
    expect(page).toContain('b{state="on"} 0');
    expect(page).toContain('c_seconds_count{step="one"} 0');
  });

  it('may be declared by everyone who uses them', () => {
    const declaration = { name: 'a_total', help: 'a', labels: ['kind'] } as const;
    expect(counter(declaration)).toBe(counter(declaration));
  });

  it('may not be declared in two ways', () => {
    counter({ name: 'a_total', help: 'a', labels: ['kind'] });
    expect(() => counter({ name: 'a_total', help: 'a', labels: ['other'] })).toThrow('declared twice');
    expect(() => gauge({ name: 'a_total', help: 'a', labels: ['kind'] })).toThrow('declared twice');
  });

  it('of which only some combinations can be are there in those', async () => {
    const labels = { step: ['one', 'two'], result: ['done', 'undone'] };
    const combinations = [
      { step: 'one', result: 'done' },
      { step: 'two', result: 'undone' },
    ];
    counter({ name: 'a_total', help: 'a', labels, combinations });
    gauge({ name: 'b', help: 'b', labels, combinations });
    histogram({ name: 'c_seconds', help: 'c', labels, combinations, buckets: [1] });
    const page = await registry.metrics();
    for (const name of ['a_total', 'b', 'c_seconds_count']) {
      expect(page.match(new RegExp(`^${name}\\{.*$`, 'gm'))).toEqual([
        `${name}{step="one",result="done"} 0`,
        `${name}{step="two",result="undone"} 0`,
      ]);
    }
  });

  it('that are collected cannot take the page with them', async () => {
    gauge({
      name: 'lost',
      help: 'l',
      collect: () => {
        throw new Error('it is closed');
      },
    });
    gauge({ name: 'found', help: 'f', collect: (metric) => metric.set(7) });
    const page = await registry.metrics();
    expect(page).toContain('found 7');
    expect(page).toContain('lost 0');
  });

  it('say which build runs', async () => {
    describeProcess({ service: 'order-service', version: '1.2.3' });
    describeProcess({ service: 'order-service', version: '1.2.3' });
    const page = await registry.metrics();
    expect(page).toMatch(/orders_build_info\{service="order-service",version="1.2.3",node="[\d.]+"\} 1/);
    expect(page).toContain('nodejs_eventloop_lag_seconds');
    expect(page).not.toMatch(/^# TYPE \w+_total gauge$/m);
  });

  it('show connection pools until these are closed', async () => {
    const stop = observeDatabasePool('orders', () => ({ active: 2, idle: 8, waiting: 0 }));
    expect(await registry.metrics()).toContain('orders_db_pool_connections{pool="orders",state="idle"} 8');
    stop();
    observeDatabasePool('orders', () => {
      throw new Error('closed');
    })();
    await expect(registry.metrics()).resolves.toContain('state="idle"} 8');
  });
});
