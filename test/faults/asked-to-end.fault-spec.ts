import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PlacedOrder } from '../support/order-load.js';
import type { ServiceProcess } from '../support/service-process.js';
import { Stack } from '../support/stack.js';
import { readOrders } from './fault-report.js';
import { FaultRun } from './fault-run.js';

/** Few where it runs for every change; by hand: FAULT_SIGTERMS=100 npm run test:faults -- asked-to-end. */
const signals = Number(process.env['FAULT_SIGTERMS'] ?? 8);

/** SHUTDOWN_SECONDS, which the services have by default. */
const shutdownSeconds = 25;

let stack: Stack;
let instances: readonly ServiceProcess[];

beforeAll(async () => {
  stack = await Stack.start();
  const second = await stack.add('order-service');
  const { 'inventory-service': inventory, 'payment-service': payment } = stack.services;
  instances = [stack.services['order-service'], inventory, second, payment];
}, 90_000);

afterAll(() => stack?.stop(), 60_000);

/** Tries that were answered with a 5xx though they had made the order: its client was told that it had not been taken. */
function falselyRefused(placed: readonly PlacedOrder[], madeAt: ReadonlyMap<string, Date>): string[] {
  return placed.flatMap(({ id, failures }) =>
    failures
      .filter(({ outcome }) => outcome.startsWith('5'))
      .filter(({ sentAt, failedAt }) => madeAt.get(id)! >= sentAt && madeAt.get(id)! <= failedAt)
      .map(({ outcome }) => `order ${id} was answered ${outcome}`),
  );
}

describe('under load, with two instances of order-service', () => {
  it(
    'each service may be asked to end again and again: it ends in time, and no accepted order is lost or denied',
    async () => {
      const urls = instances.filter(({ name }) => name === 'order-service').map(({ url }) => url);
      const title = `${signals} SIGTERMs`;
      const slowest = new Map<string, number>();
      const run = await FaultRun.under(
        stack,
        { title, clients: 16, ordersPerClient: Infinity, urls },
        async (run) => {
          for (let signal = 0; signal < signals; signal += 1) {
            const instance = instances[signal % instances.length]!;
            const from = performance.now();
            await expect(instance.end('SIGTERM', shutdownSeconds * 1000)).resolves.toBe(0);
            const seconds = (performance.now() - from) / 1000;
            slowest.set(instance.instance, Math.max(seconds, slowest.get(instance.instance) ?? 0));
            await instance.start();
            await run.untilPlaced(20);
          }
          run.faultOver();
          for (const [name, seconds] of slowest) run.note(`${name}: slowest end ${seconds.toFixed(1)} s`);
        },
      );
      const orders = await readOrders(stack.databases.url('orders'));
      const madeAt = new Map(orders.map(({ id, createdAt }) => [id, createdAt]));
      expect(falselyRefused(run.load.placed, madeAt)).toEqual([]);
      expect(instances.flatMap((instance) => instance.complaints())).toEqual([]);
    },
    240_000 + signals * 60_000,
  );
});
