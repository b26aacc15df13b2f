import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { orderFor } from '../support/order-client.js';
import { usualOrders } from '../support/order-load.js';
import { seeded } from '../support/random.js';
import { ChaosStack } from './chaos/chaos-stack.js';
import { wreak } from './chaos/chaos.js';
import { faultKinds, planFaults } from './chaos/fault-plan.js';
import { FaultRun } from './fault-run.js';

/** Short where it runs for every change; by hand: npm run test:faults -- --minutes 20 chaos. */
const minutes = Number(process.env['FAULT_MINUTES'] ?? 0.75);
const lengthMs = minutes * 60_000;
const minutesForAllKinds = 5;

/** A promise to whoever waits for an order: nothing of an outage is left behind that only a long timer would find. */
const endsWithinMs = 60_000;

const orderBodies = [
  ...usualOrders,
  orderFor('OAK-TABLE', 'tok_slow'),
  orderFor('LED-BULB', 'tok_timeout'),
  orderFor('OAK-TABLE', 'tok_ok', { payment: { method: 'cash_on_delivery' } }),
];

let chaos: ChaosStack;

beforeAll(async () => {
  chaos = await ChaosStack.start('chaos');
}, 240_000);

afterAll(async () => {
  await chaos?.stop();
  await chaos?.servers.end();
}, 120_000);

describe('faults at random', () => {
  it('are the same for the same seed, and over in time', () => {
    const plan = (seed: number) => planFaults(seeded(seed), chaos.targets, 20 * 60_000);
    expect(plan(1)).toEqual(plan(1));
    expect(plan(1)).not.toEqual(plan(2));
    expect(new Set(plan(1).map(({ kind }) => kind))).toEqual(new Set(faultKinds));
    expect(plan(1).filter(({ atMs, lastsMs }) => atMs + lastsMs > 20 * 60_000)).toEqual([]);
  });

  it(
    'lose no order, and end every saga soon after the last of them',
    async () => {
      const options = {
        title: `chaos for ${minutes} min`,
        clients: 10,
        ordersPerClient: Infinity,
        urls: chaos.urls,
        thinkMs: 1_000,
        orderBodies,
        cancelling: { share: 0.15, withinMs: 3_000, twiceShare: 0.3 },
        maxWaitMs: 600_000,
        endsWithinMs,
      };
      let missed: string[] = [];
      await FaultRun.under(chaos.stack, options, async (run) => {
        const random = seeded(run.seed);
        const plan = planFaults(random, chaos.targets, lengthMs);
        const met = await wreak(chaos, run, plan, random);
        run.faultOver();
        run.count(met);
        missed = faultKinds.filter((kind) => !met.includes(kind));
        if (missed.length > 0) run.note(`never met: ${missed.join(', ')}`);
      });
      expect(chaos.complaints()).toEqual([]);
      // A short run is too short for all of them.
      if (minutes >= minutesForAllKinds) expect(missed).toEqual([]);
    },
    lengthMs + 600_000,
  );
});
