import {
  CommitStock,
  ReleaseStock,
  ReservationCancelled,
  ReturnStock,
  StockCommitted,
  StockReleased,
  StockReturned,
} from '#libs/contracts/inventory/inventory.messages.js';
import type { Duty } from '../duty.js';
import type { InventoryUnderTest } from './inventory-under-test.js';

export const dutiesOfUndoing: readonly Duty<InventoryUnderTest>[] = [
  {
    name: 'release',
    sentence: 'release-stock is answered with stock-released, and the pieces are back.',
    check: async (on) => {
      await on.releases(await on.reserves(on.stock));
      await on.hasExactly(on.stock);
    },
  },
  {
    name: 'release-again',
    sentence: 'A release-stock that is asked again is answered again, and gives nothing back twice.',
    check: async (on) => {
      const release = await on.releases(await on.reserves(1));
      await on.ask(release, StockReleased, 2);
      await on.hasExactly(on.stock);
    },
  },
  {
    name: 'release-of-short',
    sentence: 'A reservation that was short can be released: there is nothing to undo, which is agreed to.',
    check: async (on) => {
      const short = on.reservation(on.stock + 1);
      await on.orchestrator.post(short);
      await on.orchestrator.answer(short);
      await on.releases(short);
      await on.hasExactly(on.stock);
    },
  },
  {
    name: 'release-first',
    sentence:
      'A release-stock that comes before its reserve-stock is agreed to, and kept in mind: the reserve-stock is then answered with reservation-cancelled, and nothing is held.',
    check: async (on) => {
      const late = on.reservation(1);
      await on.releases(late);
      await on.ask(late, ReservationCancelled);
      await on.hasExactly(on.stock);
    },
  },
  {
    name: 'reserve-after-release',
    sentence:
      'A reserve-stock that comes once more after the release is answered with reservation-cancelled, and nothing is held.',
    check: async (on) => {
      const reserve = await on.reserves(1);
      await on.releases(reserve);
      await on.ask(reserve, ReservationCancelled, 2);
      await on.hasExactly(on.stock);
    },
  },
  {
    name: 'release-meanwhile',
    sentence:
      'A release-stock that comes while its reserve-stock is worked on leaves nothing held, whichever is done first.',
    check: async (on) => {
      const reserves = Array.from({ length: Math.min(on.stock, 20) }, () => on.reservation(1));
      const releases = reserves.map((reserve) => on.about(ReleaseStock, reserve));
      await Promise.all(
        reserves.flatMap((reserve, nth) => [
          on.orchestrator.post(reserve),
          on.orchestrator.post(releases[nth]!),
        ]),
      );
      for (const release of releases) await on.orchestrator.expect(release, StockReleased);
      for (const reserve of reserves) await on.orchestrator.answer(reserve);
      await on.hasExactly(on.stock);
    },
  },
];

export const dutiesOfSelling: readonly Duty<InventoryUnderTest>[] = [
  {
    name: 'commit',
    sentence: 'commit-stock is answered with stock-committed: the pieces are sold, and gone.',
    check: async (on) => {
      await on.commits(await on.reserves(1));
      await on.hasExactly(on.stock - 1);
    },
  },
  {
    name: 'commit-again',
    sentence: 'A commit-stock that is asked again is answered again, and sells nothing twice.',
    check: async (on) => {
      const commit = await on.commits(await on.reserves(1));
      await on.ask(commit, StockCommitted, 2);
      await on.hasExactly(on.stock - 1);
    },
  },
  {
    name: 'commit-of-nothing',
    sentence: 'A commit-stock of a reservation that is not held is not answered with stock-committed.',
    check: async (on) => {
      const unknown = on.about(CommitStock, on.reservation(1));
      await on.orchestrator.post(unknown);
      const released = await on.reserves(1);
      await on.releases(released);
      const tooLate = on.about(CommitStock, released);
      await on.orchestrator.post(tooLate);
      await on.staysUnanswered([unknown, tooLate], StockCommitted);
    },
  },
  {
    name: 'release-after-commit',
    sentence: 'What is sold is not released any more: no stock-released, and the pieces stay sold.',
    check: async (on) => {
      const sold = await on.reserves(1);
      await on.commits(sold);
      const release = on.about(ReleaseStock, sold);
      await on.orchestrator.post(release);
      await on.staysUnanswered([release], StockReleased);
      await on.hasExactly(on.stock - 1);
    },
  },
  {
    name: 'return',
    sentence: 'return-stock is answered with stock-returned: what was sold can be reserved again.',
    check: async (on) => {
      const sold = await on.reserves(1);
      await on.commits(sold);
      await on.returns(sold);
      await on.hasExactly(on.stock);
    },
  },
  {
    name: 'return-again',
    sentence: 'A return-stock that is asked again is answered again, and gives nothing back twice.',
    check: async (on) => {
      const sold = await on.reserves(1);
      await on.commits(sold);
      const giveBack = await on.returns(sold);
      await on.ask(giveBack, StockReturned, 2);
      await on.hasExactly(on.stock);
    },
  },
  {
    name: 'return-of-unsold',
    sentence: 'A return-stock of what was not sold is not answered with stock-returned.',
    check: async (on) => {
      const held = await on.reserves(1);
      const giveBack = on.about(ReturnStock, held);
      await on.orchestrator.post(giveBack);
      await on.staysUnanswered([giveBack], StockReturned);
      await on.hasExactly(on.stock - 1);
    },
  },
];
