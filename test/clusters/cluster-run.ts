import { setTimeout as pause } from 'node:timers/promises';
import { readOrders } from '../faults/fault-report.js';
import { FaultRun } from '../faults/fault-run.js';
import type { Stack } from '../support/stack.js';
import { Standstills } from './standstills.js';

/** Short by default; by hand: npm run test:clusters -- --minutes 5 two-writers. */
const minutes = Number(process.env['FAULT_MINUTES'] ?? 0.5);

export const runMs = minutes * 60_000 + 600_000;

/** Longer than any node needs to come back: whoever orders waits for the shop. */
const maxWaitMs = 300_000;

/**
 * Orders are placed and called off for as long as the run is to last: a third of it before `faults`, and a third after
 * them. What is promised then is what {@link FaultRun} promises. Says for how long nothing moved at each fault.
 */
export async function clusterRun(
  stack: Stack,
  title: string,
  urls: readonly string[],
  faults: (run: FaultRun, standstills: Standstills) => Promise<void>,
): Promise<FaultRun> {
  const standstills = new Standstills();
  const run = await FaultRun.under(
    stack,
    {
      title: `${title}, ${minutes} min`,
      urls,
      clients: 10,
      ordersPerClient: Infinity,
      thinkMs: 600,
      cancelling: { share: 0.15, withinMs: 3_000, twiceShare: 0.3 },
      maxWaitMs,
    },
    async (underway) => {
      standstills.begin('before any fault');
      await aThird();
      await faults(underway, standstills);
      underway.faultOver();
      standstills.begin('after all faults');
      await aThird();
      await underway.untilPlaced(50, maxWaitMs);
    },
  );
  const lines = standstills.report(await readOrders(stack.databases.url('orders')));
  process.stdout.write(`${[`${title}, for how long nothing moved:`, ...lines].join('\n  ')}\n`);
  return run;
}

/** Of the run. */
export const aThird = (): Promise<void> => pause((minutes * 60_000) / 3);
