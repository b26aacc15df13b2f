import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { InMemoryRunner } from '#libs/persistence/testing/in-memory-runner.js';
import { customerOrderCounts } from '../order-history/customer-order-count.row.js';
import { orderStatusShares } from './order-status-share.row.js';
import { showOrder } from './order-view.unit.js';
import { orderViews } from './order-view.row.js';

const states = ['PENDING', 'CONFIRMED', 'PREPARING'] as const;

/** The order as its event of that version tells of it. */
const order = (number: number, version: number): OrderDocument => ({
  id: `01990000-0000-7000-8000-00000000000${number}`,
  number: `2026-00000${number}`,
  clientOrderId: null,
  customerId: `cust-${number % 2}`,
  status: states[version - 1]!,
  reason: null,
  items: [],
  subtotal: { amount: '1.00', currency: 'USD' },
  discount: { amount: '0.00', currency: 'USD' },
  total: { amount: '1.00', currency: 'USD' },
  shippingAddress: { name: null, street: '1 Main', city: 'Boston', state: null, zipCode: '1', country: null },
  payment: { method: 'card', status: 'PENDING', paymentId: null },
  shipments: [],
  note: null,
  attributes: {},
  version,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
});

describe('showOrder', () => {
  it('ends in the same view and the same counts, whatever comes twice, late or never', async () => {
    const event = fc.record({
      number: fc.integer({ min: 1, max: 4 }),
      version: fc.integer({ min: 1, max: 3 }),
      writer: fc.integer({ min: 1, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 30 }), fc.boolean(), async (events, atOnce) => {
        const units = new InMemoryRunner();
        const show = ({ number, version, writer }: (typeof events)[number]) =>
          units.run(showOrder(order(number, version), writer));
        if (atOnce) await Promise.all(events.map(show));
        else for (const each of events) await show(each);

        const newest = new Map<number, number>();
        for (const { number, version } of events)
          newest.set(number, Math.max(version, newest.get(number) ?? 0));
        expect(units.rows(orderViews).map(({ id, version }) => [Number(id.at(-1)), version])).toEqual(
          [...newest].sort(([a], [b]) => a - b),
        );
        for (const { customerId, orders } of units.rows(customerOrderCounts)) {
          expect(orders).toBe(
            [...newest.keys()].filter((number) => `cust-${number % 2}` === customerId).length,
          );
        }
        const counted = new Map<string, number>(states.map((status) => [status, 0]));
        for (const { status, orders } of units.rows(orderStatusShares)) {
          counted.set(status, counted.get(status)! + orders);
        }
        expect([...counted.values()]).toEqual(
          states.map((_, state) => [...newest.values()].filter((version) => version === state + 1).length),
        );
      }),
      { numRuns: 50 },
    );
  });
});
