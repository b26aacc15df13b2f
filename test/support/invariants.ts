import { expect } from '@jest/globals';
import { checkEventually } from '../../tools/invariants/check.js';
import type { StackServers } from './stack.js';

/** Ends a test of the whole: once everything has come to rest, nothing may be violated. */
export async function expectInvariants(
  { databases, broker }: StackServers,
  withinMs = 60_000,
): Promise<void> {
  const violations = await checkEventually(
    {
      databases: {
        orders: databases.url('orders'),
        ordersRead: databases.url('orders_read'),
        inventory: databases.url('inventory'),
        payments: databases.url('payments'),
      },
      brokerUrl: broker.url,
    },
    withinMs,
  );
  // One cause has many effects: the first of them are enough to read.
  expect(violations.slice(0, 30)).toEqual([]);
}
