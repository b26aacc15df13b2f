import { describe, expect, it } from '@jest/globals';
import { Population, wholesale } from './population.js';

const now = Date.parse('2026-01-01T00:00:00Z');
const of = (orders: number) => {
  const population = new Population(orders, now);
  return Array.from({ length: orders }, (_, place) => population.order(place));
};

describe('the orders that a table is filled with', () => {
  const orders = of(20_000);

  it('are the same each time', () => {
    expect(new Population(20_000, now).order(1_234)).toEqual(orders[1_234]);
  });

  it('have ids of their own that ascend with time, as new orders have', () => {
    const ids = orders.map(({ id }) => id);
    expect(new Set(ids).size).toBe(orders.length);
    expect(ids).toEqual([...ids].sort());
    expect(orders.every(({ placedAtMs }) => placedAtMs < now)).toBe(true);
  });

  it('are a few of most customers, and very many of one', () => {
    const counts = new Map<string, number>();
    for (const { customerId } of orders) counts.set(customerId, (counts.get(customerId) ?? 0) + 1);
    const few = [...counts].filter(([customer]) => customer.startsWith('customer-'));
    expect(few.length).toBeGreaterThan(2_000);
    expect(Math.max(...few.map(([, count]) => count))).toBeLessThan(30);
    expect(counts.get(wholesale)).toBeGreaterThan(3_500);
  });

  it('have come to an end where they are old, and are under way where they are new', () => {
    const statuses = (some: typeof orders) => new Set(some.map(({ status }) => status));
    expect(statuses(orders.slice(0, 10_000))).toEqual(new Set(['DELIVERED', 'REJECTED', 'CANCELLED']));
    expect(statuses(orders.slice(-10))).toEqual(new Set(['PENDING']));
    expect(statuses(orders).size).toBe(8);
  });
});
