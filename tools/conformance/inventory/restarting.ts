import {
  ReservationCancelled,
  StockCommitted,
  StockReserved,
} from '#libs/contracts/inventory/inventory.messages.js';
import { maxLoad, needsRestart } from '../any/restarting.js';
import { owed, type Duty } from '../duty.js';
import { typeOf } from '../reply.js';
import { cameLine } from '../transcript.js';
import type { InventoryUnderTest } from './inventory-under-test.js';

export const dutiesOfRestarting: readonly Duty<InventoryUnderTest>[] = [
  {
    name: 'restart-in-hand',
    sentence:
      'Killed at any moment, also between a reservation and its answer, it answers what it had in hand when it is back, and holds each reservation once.',
    unless: needsRestart,
    check: async (on) => {
      const most = Math.min(on.stock - 1, maxLoad);
      const reserves = await on.restartUnderLoad(() => on.reservation(1), most);
      for (const reserve of reserves) {
        const reply = await on.orchestrator.answer(reserve, 1, on.context.restartSeconds);
        owed(typeOf(reply) === StockReserved.type, StockReserved.type, cameLine(reply));
      }
      await on.hasExactly(on.stock - reserves.length);
    },
  },
  {
    name: 'restart-remembers',
    sentence:
      'Killed and started again, it knows what it knew: what is held, what is sold, and what must never be held.',
    unless: needsRestart,
    check: async (on) => {
      const [held, sold, late] = [await on.reserves(1), await on.reserves(1), on.reservation(1)];
      const commit = await on.commits(sold);
      await on.releases(late);
      await on.restart();
      await on.ask(held, StockReserved, 2);
      await on.ask(commit, StockCommitted, 2);
      await on.ask(late, ReservationCancelled);
      await on.hasExactly(on.stock - 2);
    },
  },
];
