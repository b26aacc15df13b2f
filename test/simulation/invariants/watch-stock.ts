import {
  reservations,
  type ReservationRow,
} from '../../../apps/inventory-service/src/persistence/reservation.row.js';
import { stockAdjustments } from '../../../apps/inventory-service/src/persistence/stock-adjustment.row.js';
import { stocks } from '../../../apps/inventory-service/src/persistence/stock.row.js';
import { changesOf, type Report, type CommitObserver } from './commit-observer.js';

/** Where the pieces of a reservation are in each status; what was released is where it came from. */
const places: Readonly<Record<ReservationRow['status'], 'available' | 'reserved' | 'sold'>> = {
  RESERVED: 'reserved',
  SHORT: 'available',
  RELEASED: 'available',
  CANCELLED: 'available',
  COMMITTED: 'sold',
  RETURNED: 'available',
};

/** The transitions of a reservation; one commit may make several of them. */
const steps: Readonly<Record<ReservationRow['status'] | 'none', readonly ReservationRow['status'][]>> = {
  none: ['RESERVED', 'SHORT', 'CANCELLED'],
  RESERVED: ['RELEASED', 'COMMITTED'],
  COMMITTED: ['RETURNED'],
  SHORT: [],
  RELEASED: [],
  CANCELLED: [],
  RETURNED: [],
};

/** Pieces move as reservations and adjustments say, in the same commit, and never below zero. */
export const watchStock =
  (report: Report): CommitObserver =>
  (commit) => {
    const expected = new Moves();
    for (const { before, after } of changesOf(commit, reservations)) {
      if (!after) return report('reservations stay', `reservation ${before!.id} was removed`);
      const from = before?.status ?? 'none';
      if (from === after.status) continue;
      if (!leadsTo(from, after.status)) {
        report(
          'no action after its tombstone or its end',
          `reservation ${after.id}: ${from} to ${after.status}`,
        );
      }
      for (const { sku, quantity } of after.lines) {
        expected.add(sku, before ? places[before.status] : 'available', -quantity);
        expected.add(sku, places[after.status], quantity);
      }
    }
    for (const { after } of changesOf(commit, stockAdjustments))
      expected.add(after!.sku, 'available', after!.delta);
    const actual = new Moves();
    for (const { before, after } of changesOf(commit, stocks)) {
      const { sku, available, reserved, sold } = after!;
      for (const place of ['available', 'reserved', 'sold'] as const) {
        actual.add(sku, place, after![place] - (before?.[place] ?? 0));
      }
      if (Math.min(available, reserved, sold) < 0) {
        report('stock is never negative', `${sku}: ${available}/${reserved}/${sold}`);
      }
    }
    if (actual.toString() !== expected.toString()) {
      report(
        'stock moves as reservations say',
        `moved ${actual.toString()}, expected ${expected.toString()}`,
      );
    }
  };

const leadsTo = (from: ReservationRow['status'] | 'none', to: ReservationRow['status']): boolean =>
  steps[from].some((next) => next === to || leadsTo(next, to));

class Moves {
  readonly #pieces = new Map<string, number>();

  add(sku: string, place: string, pieces: number): void {
    const key = `${sku} ${place}`;
    this.#pieces.set(key, (this.#pieces.get(key) ?? 0) + pieces);
  }

  toString(): string {
    return [...this.#pieces]
      .filter(([, pieces]) => pieces !== 0)
      .map(([key, pieces]) => `${key} ${pieces > 0 ? '+' : ''}${pieces}`)
      .sort()
      .join(', ');
  }
}
