import { StockReserved, StockShort } from '#libs/contracts/inventory/inventory.messages.js';
import { owed, type Duty } from '../duty.js';
import { dataOf, typeOf } from '../reply.js';
import { cameLine } from '../transcript.js';
import type { InventoryUnderTest } from './inventory-under-test.js';

type Shortage = Readonly<Record<'sku' | 'requested' | 'available', unknown>>;

const unheardOf = 'NO-SUCH-PRODUCT';

export const dutiesOfReserving: readonly Duty<InventoryUnderTest>[] = [
  {
    name: 'reserve',
    sentence:
      'What is there is held: reserve-stock is answered with stock-reserved, and nobody else gets the pieces.',
    check: async (on) => {
      await on.reserves(1);
      await on.hasExactly(on.stock - 1);
    },
  },
  {
    name: 'reserve-short',
    sentence: 'What is not there is answered with stock-short, which says of each line how many are left.',
    check: async (on) => {
      const reply = await on.isShortOf(on.stock + 1);
      const [shortage] = (dataOf(reply)['shortages'] ?? []) as Shortage[];
      const expected = { sku: on.sku, requested: on.stock + 1, available: on.stock };
      owed(
        shortage?.sku === expected.sku &&
          shortage.requested === expected.requested &&
          shortage.available === expected.available,
        `the shortage ${JSON.stringify(expected)}`,
        cameLine(reply),
      );
    },
  },
  {
    name: 'reserve-unknown-sku',
    sentence: 'A product that it does not know is short, with nothing left of it.',
    check: async (on) => {
      const reply = await on.isShortOf([{ sku: unheardOf, quantity: 1 }]);
      const [shortage] = (dataOf(reply)['shortages'] ?? []) as Shortage[];
      owed(
        shortage?.sku === unheardOf && shortage.available === 0,
        `${unheardOf} with 0 left`,
        cameLine(reply),
      );
    },
  },
  {
    name: 'reserve-all-or-none',
    sentence: 'All lines are held, or none of them.',
    check: async (on) => {
      await on.isShortOf([
        { sku: on.sku, quantity: 1 },
        { sku: unheardOf, quantity: 1 },
      ]);
      await on.hasExactly(on.stock);
    },
  },
  {
    name: 'reserve-adds-up-lines',
    sentence: 'Lines of one product add up.',
    check: async (on) => {
      const { sku, stock } = on;
      await on.isShortOf([
        { sku, quantity: 2 },
        { sku, quantity: stock - 1 },
      ]);
      await on.reserves([
        { sku, quantity: 1 },
        { sku, quantity: stock - 1 },
      ]);
      await on.hasExactly(0);
    },
  },
  {
    name: 'reserve-other-lines',
    sentence:
      'A reservation that is known, asked for with other lines, is not answered as reserved, and holds no more than before.',
    check: async (on) => {
      const first = await on.reserves(1);
      const other = on.reservation(2);
      const again = { ...other, about: first.about, data: { ...other.data, reservationId: first.about } };
      await on.orchestrator.post(again);
      await on.staysUnanswered([again], StockReserved);
      await on.hasExactly(on.stock - 1);
    },
  },
  {
    name: 'last-piece-once',
    sentence: 'Of several who want the last pieces at once, one gets them.',
    check: async (on) => {
      const buyers = Array.from({ length: 5 }, () => on.reservation(on.stock));
      await Promise.all(buyers.map((buyer) => on.orchestrator.post(buyer)));
      const replies = await Promise.all(buyers.map((buyer) => on.orchestrator.answer(buyer)));
      const types = replies.map(typeOf).sort();
      const expected = [StockReserved.type, ...Array<string>(4).fill(StockShort.type)];
      owed(
        JSON.stringify(types) === JSON.stringify(expected),
        'one stock-reserved, four stock-short',
        types.join(', '),
      );
    },
  },
  {
    name: 'many-orders',
    sentence: 'Commands of many orders at once are each answered with the ids of their own.',
    check: async (on) => {
      const orders = Array.from({ length: Math.min(on.stock, 20) }, () => on.reservation(1));
      await Promise.all(orders.map((order) => on.orchestrator.post(order)));
      for (const order of orders) {
        const reply = await on.orchestrator.expect(order, StockReserved);
        owed(dataOf(reply)['reservationId'] === order.about, `reservationId ${order.about}`, cameLine(reply));
      }
    },
  },
];
