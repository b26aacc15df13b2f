import { describe, expect, it } from '@jest/globals';
import { runSeeds } from './cli/run-seeds.js';
import { faultKinds } from './world/faults.js';
import { serverFailures } from './world/server-failure.js';

const seedCount = 2_000;

/** What has to be covered for "no violation" to mean anything. */
const wanted = [
  ...faultKinds.map((kind) => `fault.${kind}`),
  ...['handled', 'duplicate', 'delayed', 'abandoned', 'returned'].map((result) => `delivery.${result}`),
  ...[
    'late',
    'duplicate',
    'saga-finished',
    'already-rolling-back',
    'past-the-pivot',
    'unknown-command',
    'wrong-type',
  ].map((reason) => `ignored.${reason}`),
  ...['done-after-refusal', 'refused-after-done'].map((contradiction) => `contradiction.${contradiction}`),
  ...['retried', 'given-up', 'compensated', 'needs-attention', 'skipped', 'operator'].map(
    (kind) => `saga.${kind}`,
  ),
  'expired.reserve-stock',
  'expired.take-payment',
  'message.inventory.reservation-cancelled.v1',
  'message.payment.payment-cancelled.v1',
  'message.payment.payment-pending.v1',
  'message.payment.payment-refunded.v1',
  ...['CONFIRMED', 'PREPARING', 'SHIPPED', 'DELIVERED', 'CANCELLED cancelled-by-customer'].map(
    (status) => `order.${status}`,
  ),
  'refusal.too-late-to-cancel',
  ...[
    'out-of-stock',
    'payment-declined',
    'payment-timeout',
    'inventory-timeout',
    'cancelled-by-customer',
    'cancelled-by-operator',
  ].map((code) => `order.REJECTED ${code}`),
  ...['compensate', 'retry', 'resolve'].map((action) => `operator.${action} taken`),
  'operation.deploy',
  'operation.broker-away',
  'operation.database-away',
  'operation.database-fails',
  ...['about-another', 'of-another', 'unreadable'].map((way) => `rogue-client.answers ${way}`),
  ...['retried', 'answered without a key', 'gave up without a key'].map((what) => `client.${what}`),
  ...serverFailures.map((failure) => `server.${failure}`),
  ...['order-not-found', 'invalid-cursor'].map((code) => `intruder.${code}`),
  ...['none', 'of-now', 'of-before', 'of-the-future', 'of-another', 'unreadable'].map(
    (kind) => `token.${kind}`,
  ),
  ...['looked', 'listed', 'went on by cursor', 'told to come again'].map((what) => `reader.${what}`),
  ...['finished', 'failed'].map((state) => `reconciliation.${state}`),
  ...['charge-without-order', 'second-charge', 'money-kept'].map((kind) => `finding.${kind}`),
  ...['compare', 'fix'].map((what) => `accountant.${what}`),
  'refusal.finding-not-fixable',
  'rogue-client.commands',
  'sweep.shown',
  'sweep.stale',
];

describe(`${seedCount} seeds of the simulation`, () => {
  it(
    'violate no invariant, and get everywhere',
    async () => {
      const { done, coverage, failures } = await runSeeds(1, seedCount, {
        bug: undefined,
        workers: undefined,
        onProgress: () => undefined,
      });
      expect(failures).toEqual([]);
      expect(done).toBe(seedCount);
      expect(wanted.filter((what) => coverage.of(what) === 0)).toEqual([]);
    },
    15 * 60_000,
  );
});
