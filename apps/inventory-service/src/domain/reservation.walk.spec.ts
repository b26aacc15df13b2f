import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Defect } from '#libs/kernel/errors.js';
import {
  bury,
  commit,
  giveBack,
  release,
  reserve,
  type Command,
  type Outcome,
  type Reservation,
} from './reservation.js';
import { adjust, emptyStock, type Stock } from './stock.js';

const at = new Date('2026-01-01T00:00:00Z');
const skus = ['A', 'B', 'C'];
const linesOf = [
  [{ sku: 'A', quantity: 1 }],
  [
    { sku: 'A', quantity: 2 },
    { sku: 'B', quantity: 1 },
  ],
  [
    { sku: 'C', quantity: 3 },
    { sku: 'B', quantity: 2 },
    { sku: 'UNKNOWN', quantity: 1 },
  ],
  [
    { sku: 'C', quantity: 2 },
    { sku: 'A', quantity: 1 },
  ],
];

type Given = Command | 'late-reserve';

/** Commands in any order, repeated, for reservations that compete for the same few pieces. */
const history = fc.array(
  fc.record({
    command: fc.constantFrom<Given>('reserve', 'late-reserve', 'release', 'commit', 'return'),
    reservation: fc.nat({ max: linesOf.length - 1 }),
  }),
  { maxLength: 60 },
);

class Warehouse {
  readonly stock = new Map<string, Stock>(skus.map((sku) => [sku, adjust(emptyStock(sku), 5)]));
  readonly reservations = new Map<number, Reservation>();

  give(command: Given, index: number): Outcome | 'defect' {
    const known = this.reservations.get(index);
    const asked = { id: `reservation-${index}`, orderId: 'order-1', lines: linesOf[index]! };
    const stockOf = (sku: string) => this.stock.get(sku)!;
    const decide: Record<Given, () => Outcome> = {
      reserve: () => reserve(known, asked, stockOf, at),
      'late-reserve': () => (known ? decide.reserve() : bury(asked, at)),
      release: () => release(known, asked, stockOf, at),
      commit: () => commit(known, asked, stockOf, at),
      return: () => giveBack(known, asked, stockOf, at),
    };
    try {
      const outcome = decide[command]();
      this.reservations.set(index, outcome.reservation);
      outcome.moved.forEach((moved) => this.stock.set(moved.sku, moved));
      return outcome;
    } catch (error) {
      if (error instanceof Defect) return 'defect';
      throw error;
    }
  }

  held(place: 'reserved' | 'sold', sku: string): number {
    const status = place === 'reserved' ? 'RESERVED' : 'COMMITTED';
    return [...this.reservations.values()]
      .filter((reservation) => reservation.status === status)
      .flatMap(({ lines }) => lines)
      .filter((line) => line.sku === sku)
      .reduce((sum, { quantity }) => sum + quantity, 0);
  }
}

describe('whatever is asked, in whatever order', () => {
  it('no piece appears or vanishes, and what is held and sold is what reservations say', () => {
    fc.assert(
      fc.property(history, (commands) => {
        const warehouse = new Warehouse();
        for (const { command, reservation } of commands) {
          warehouse.give(command, reservation);
          for (const [sku, { available, reserved, sold }] of warehouse.stock) {
            expect(available + reserved + sold).toBe(5);
            expect(Math.min(available, reserved, sold)).toBeGreaterThanOrEqual(0);
            expect(reserved).toBe(warehouse.held('reserved', sku));
            expect(sold).toBe(warehouse.held('sold', sku));
          }
        }
      }),
    );
  });

  it('what was released or cancelled is never held again', () => {
    fc.assert(
      fc.property(history, fc.nat({ max: linesOf.length - 1 }), (commands, index) => {
        const warehouse = new Warehouse();
        let isUndone = false;
        for (const { command, reservation } of commands) {
          const outcome = warehouse.give(command, reservation);
          if (reservation !== index || outcome === 'defect') continue;
          if (isUndone) expect(outcome.moved).toEqual([]);
          isUndone ||= outcome.answer === 'released' || outcome.answer === 'cancelled';
        }
      }),
    );
  });

  it('every command given twice is answered the same and takes effect once', () => {
    fc.assert(
      fc.property(history, (commands) => {
        const warehouse = new Warehouse();
        for (const { command, reservation } of commands) {
          const first = warehouse.give(command, reservation);
          const second = warehouse.give(command, reservation);
          if (first === 'defect') expect(second).toBe('defect');
          else expect(second).toEqual({ ...first, effect: 'repeated', moved: [] });
        }
      }),
    );
  });
});
