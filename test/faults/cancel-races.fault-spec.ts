import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { orderFor } from '../support/order-client.js';
import { Stack } from '../support/stack.js';
import { countsOf } from './fault-report.js';
import { FaultRun } from './fault-run.js';
import { readCancelledOrders } from './cancelled-orders.js';

/** By hand, for longer: CANCEL_RACES=10000. */
const orderCount = Number(process.env['CANCEL_RACES'] ?? 1_000);
const clients = 20;

/** Every way that a payment can go, so that cancellations meet it at every moment. */
const orderBodies = [
  ...Array<object>(6).fill(orderFor('OAK-TABLE')),
  orderFor('OAK-CHAIR', 'tok_slow'),
  orderFor('LED-BULB', 'tok_pending'),
  orderFor('PINE-BOX', 'tok_flaky'),
  orderFor('DESK-LAMP', 'tok_timeout'),
  orderFor('TEA-POT', 'tok_declined'),
  orderFor('NAPKINS', 'unused', { payment: { method: 'cash_on_delivery' } }),
];

let stack: Stack;

beforeAll(async () => {
  stack = await Stack.start();
}, 90_000);

afterAll(async () => {
  await stack?.stop();
}, 60_000);

describe(`${orderCount} orders that are cancelled within two seconds of being placed`, () => {
  it('come to one end each, and every cent and every piece is back', async () => {
    const options = {
      title: 'cancel races',
      clients,
      ordersPerClient: Math.ceil(orderCount / clients),
      thinkMs: 200,
      orderBodies,
      cancelling: { share: 1, withinMs: 2_000, twiceShare: 0.3 },
    };
    const run = await FaultRun.under(stack, options, async (races) => {
      await races.load.finish();
      races.faultOver();
      const twice = races.load.cancelled.filter(({ answers }) => answers.length > 1).length;
      races.note(`${races.load.cancelled.length} cancelled, ${twice} of them by two requests at once`);
    });

    expect(run.load.cancelled).toHaveLength(run.load.placed.length);
    for (const { id, answers } of run.load.cancelled) {
      expect([id, answers.filter((status) => !answerable.has(status))]).toEqual([id, []]);
    }
    const after = await readCancelledOrders(stack.databases.url('orders'));
    process.stdout.write(`  met: ${countsOf(after.map(({ met }) => met))}\n`);
    expect(after.filter(({ status }) => status !== 'REJECTED' && status !== 'CANCELLED')).toEqual([]);
    // Otherwise it was not a race: each kind of moment has to have been met.
    for (const met of ['its saga before the pivot', 'its saga past the pivot', 'a confirmed order']) {
      expect([met, after.some((end) => end.met === met)]).toEqual([met, true]);
    }
  }, 900_000);
});

/** What a customer who cancels may be told: it is noted, it has begun, it is over. */
const answerable: ReadonlySet<string> = new Set(['PENDING', 'CANCELLING', 'CANCELLED', 'REJECTED']);
