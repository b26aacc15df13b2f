import type { ReservationItem } from '../books/listing.js';
import { books } from '../books/listing.js';
import { agrees } from '../any/standing.js';
import { differencesInReservations } from '../books/accounts.js';
import type { Command } from '../command.js';
import { owed, type Duty } from '../duty.js';
import type { InventoryUnderTest } from './inventory-under-test.js';

export const dutiesOfListing: readonly Duty<InventoryUnderTest>[] = [
  {
    name: 'list-reservations',
    sentence:
      'list-reservations is answered with reservations-listed: every reservation that it was ever asked for, tombstones included, with its order, its pieces and how it stands.',
    check: async (on) => {
      const [held, released, sold] = [await on.reserves(1), await on.reserves(1), await on.reserves(1)];
      await on.releases(released);
      await on.commits(sold);
      const tombstone = on.reservation(1);
      await on.releases(tombstone);
      const short = on.reservation(on.stock + 1);
      await on.orchestrator.post(short);
      await on.orchestrator.answer(short);
      const items = await on.list(books.reservations);
      const stands = (reserve: Command, status: ReservationItem['status'], pieces: number): void => {
        const item = items.find(({ reservationId }) => reservationId === reserve.about);
        const isRight = item?.status === status && item.orderId === reserve.orderId && item.pieces === pieces;
        const expected = { reservationId: reserve.about, orderId: reserve.orderId, status, pieces };
        owed(isRight, JSON.stringify(expected), item ? JSON.stringify(item) : 'a book without it');
      };
      stands(held, 'RESERVED', 1);
      stands(released, 'RELEASED', 1);
      stands(sold, 'COMMITTED', 1);
      stands(tombstone, 'CANCELLED', 0);
      stands(short, 'SHORT', on.stock + 1);
    },
  },
];

export const dutiesOfBalancing: readonly Duty<InventoryUnderTest>[] = [
  {
    name: 'books-of-reservations',
    sentence:
      'In the end, list-reservations tells the same of every reservation as its answers did: nothing held of what was released, and nothing that nobody asked for.',
    standsOn: ['list-reservations'],
    check: async (on) => agrees(differencesInReservations(on.histories(), await on.list(books.reservations))),
  },
];
