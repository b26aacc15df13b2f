import { ReservationCancelled, StockReserved } from '#libs/contracts/inventory/inventory.messages.js';
import { owed, type Duty } from '../duty.js';
import { typeOf } from '../reply.js';
import { cameLine } from '../transcript.js';
import type { InventoryUnderTest } from './inventory-under-test.js';

const copies = 20;

/** A command may come twice: from the broker, or from order-service, which asks again when no answer came. */
export const dutiesAboutRepeats: readonly Duty<InventoryUnderTest>[] = [
  {
    name: 'reserve-redelivered',
    sentence: 'The same message again (same id) holds nothing more; if it is answered again, then alike.',
    check: async (on) => {
      const reserve = on.reservation(1);
      const sent = await on.orchestrator.post(reserve);
      await on.orchestrator.expect(reserve, StockReserved);
      await on.orchestrator.repost(sent);
      await on.hasExactly(on.stock - 1);
      for (const reply of on.orchestrator.answers(reserve)) {
        owed(typeOf(reply) === StockReserved.type, 'stock-reserved again, or nothing', cameLine(reply));
      }
    },
  },
  {
    name: 'reserve-asked-again',
    sentence:
      'The same command again (same commandid, a new message) is answered again, alike, and holds nothing more.',
    check: async (on) => {
      const reserve = await on.reserves(1);
      await on.ask(reserve, StockReserved, 2);
      await on.hasExactly(on.stock - 1);
    },
  },
  {
    name: 'reserve-many-at-once',
    sentence: `${copies} copies of a command at once have one effect.`,
    check: async (on) => {
      const reserve = on.reservation(1);
      const sent = await on.orchestrator.post(reserve);
      const more = Array.from({ length: copies - 1 }, (_, n) => n);
      await Promise.all(
        more.map((n) => (n % 2 ? on.orchestrator.repost(sent) : on.orchestrator.post(reserve))),
      );
      // Nine of them, and the first, are messages of their own, each of which is owed an answer.
      for (let nth = 1; nth <= copies / 2; nth += 1)
        await on.orchestrator.expect(reserve, StockReserved, nth);
      await on.hasExactly(on.stock - 1);
    },
  },
  {
    name: 'reserve-again-expired',
    sentence:
      'A reserve-stock that was carried out before its expiry is answered alike when it comes again after it.',
    check: async (on) => {
      const reserve = on.reservation(1);
      await on.orchestrator.postInTime(reserve);
      await on.orchestrator.expect(reserve, StockReserved);
      await on.orchestrator.postLate(reserve);
      await on.orchestrator.expect(reserve, StockReserved, 2);
      await on.hasExactly(on.stock - 1);
    },
  },
  {
    name: 'reserve-expired',
    optional: true,
    sentence:
      'A reserve-stock that comes first after its expiry is answered with reservation-cancelled, and kept in mind: whenever it comes again it is answered so, and nothing is held.',
    check: async (on) => {
      const reserve = on.reservation(1);
      await on.orchestrator.postLate(reserve);
      await on.orchestrator.expect(reserve, ReservationCancelled);
      await on.orchestrator.postInTime(reserve);
      await on.orchestrator.expect(reserve, ReservationCancelled, 2);
      await on.hasExactly(on.stock);
    },
  },
];
