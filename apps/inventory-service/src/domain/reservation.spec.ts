import { describe, expect, it } from '@jest/globals';
import {
  bury,
  commit,
  giveBack,
  mergeLines,
  release,
  reserve,
  rules,
  type Command,
  type Outcome,
  type Reservation,
  type ReservationStatus,
} from './reservation.js';
import type { Stock } from './stock.js';

const at = new Date('2026-01-01T00:00:00Z');
const later = new Date('2026-01-01T00:00:05Z');
const lines = [
  { sku: 'LAMP', quantity: 1 },
  { sku: 'TABLE', quantity: 2 },
];
const asked = { id: 'reservation-1', orderId: 'order-1', lines };
const stock = (sku: string, over: Partial<Stock> = {}): Stock => ({
  sku,
  available: 10,
  reserved: 5,
  sold: 5,
  version: 1,
  ...over,
});
const plenty = (sku: string): Stock => stock(sku);
const only =
  (...shelf: Stock[]) =>
  (sku: string): Stock | undefined =>
    shelf.find((entry) => entry.sku === sku);

const reservation = (status: ReservationStatus): Reservation => ({
  ...asked,
  status,
  lines: status === 'CANCELLED' ? [] : lines,
  shortages: status === 'SHORT' ? [{ sku: 'TABLE', requested: 2, available: 0 }] : [],
  createdAt: at,
  updatedAt: at,
});

const give: Record<Command, (known: Reservation | undefined) => Outcome> = {
  reserve: (known) => reserve(known, asked, plenty, later),
  release: (known) => release(known, asked, plenty, later),
  commit: (known) => commit(known, asked, plenty, later),
  return: (known) => giveBack(known, asked, plenty, later),
};

const defect = (message: string) => expect.objectContaining({ name: 'Defect', message });

describe('Reservation', () => {
  it('holds every line', () => {
    const { answer, effect, reservation: made, moved } = reserve(undefined, asked, plenty, at);
    expect({ answer, effect }).toEqual({ answer: 'reserved', effect: 'made' });
    expect(made).toEqual({ ...asked, status: 'RESERVED', shortages: [], createdAt: at, updatedAt: at });
    expect(moved).toEqual([
      stock('LAMP', { available: 9, reserved: 6, version: 2 }),
      stock('TABLE', { available: 8, reserved: 7, version: 2 }),
    ]);
  });

  it('holds nothing when one line is short, and says what is left of that line', () => {
    const shelf = only(stock('LAMP'), stock('TABLE', { available: 1 }));
    const { answer, effect, reservation: made, moved } = reserve(undefined, asked, shelf, at);
    expect({ answer, effect }).toEqual({ answer: 'short', effect: 'made' });
    const shortages = [{ sku: 'TABLE', requested: 2, available: 1 }];
    expect(made).toEqual({ ...asked, status: 'SHORT', shortages, createdAt: at, updatedAt: at });
    expect(moved).toEqual([]);
  });

  it('takes a product that nobody sells for one of which there are none', () => {
    const { answer, reservation: made } = reserve(undefined, asked, only(stock('TABLE')), at);
    expect(answer).toBe('short');
    expect(made.shortages).toEqual([{ sku: 'LAMP', requested: 1, available: 0 }]);
  });

  it('holds the last pieces, too', () => {
    const shelf = only(stock('LAMP', { available: 1 }), stock('TABLE', { available: 2 }));
    expect(reserve(undefined, asked, shelf, at)).toMatchObject({
      answer: 'reserved',
      moved: [{ available: 0 }, { available: 0 }],
    });
  });

  it('has no more of one product than a line may have', () => {
    const inTwoLines = (quantity: number) => [
      { sku: 'LAMP', quantity },
      { sku: 'LAMP', quantity: 1 },
    ];
    expect(mergeLines(inTwoLines(999_999))).toEqual([{ sku: 'LAMP', quantity: 1_000_000 }]);
    expect(() => mergeLines(inTwoLines(1_000_000))).toThrow(
      defect('1000001 pieces of LAMP in one reservation'),
    );
  });

  it('counts lines of one product together, and knows them again in another order', () => {
    const split = [
      { sku: 'TABLE', quantity: 1 },
      { sku: 'LAMP', quantity: 1 },
      { sku: 'TABLE', quantity: 1 },
    ];
    expect(mergeLines(split)).toEqual(lines);
    expect(reserve(reservation('RESERVED'), { ...asked, lines: split }, plenty, later).effect).toBe(
      'repeated',
    );
  });

  it.each(Object.entries({ reserve, release, commit, giveBack }))(
    'is of one order, and no command of another is meant: %s',
    (_, command) => {
      const ofAnother = { ...asked, orderId: 'order-2' };
      expect(() => command(reservation('COMMITTED'), ofAnother, plenty, later)).toThrow(
        defect('reservation reservation-1 is of another order'),
      );
    },
  );

  it('is not to be asked for again with other lines', () => {
    const other = { ...asked, lines: [{ sku: 'LAMP', quantity: 2 }] };
    for (const status of ['RESERVED', 'SHORT', 'RELEASED', 'COMMITTED', 'RETURNED'] as const) {
      expect(() => reserve(reservation(status), other, plenty, later)).toThrow(
        defect('reservation reservation-1 was asked for again with other lines'),
      );
    }
  });

  it('stays short for those who ask again, whatever has come in since', () => {
    const known = reservation('SHORT');
    expect(reserve(known, asked, plenty, later)).toEqual({
      answer: 'short',
      effect: 'repeated',
      reservation: known,
      moved: [],
    });
  });

  it.each([
    ['released before it was asked for', 'released', () => give.release(undefined)],
    ['asked for too late', 'cancelled', () => bury(asked, later)],
  ] as const)('%s is a tombstone that moves nothing and refuses it later', (_, said, comesFirst) => {
    const { answer, effect, reservation: made, moved } = comesFirst();
    expect({ answer, effect, moved }).toEqual({ answer: said, effect: 'made', moved: [] });
    const { id, orderId } = asked;
    const nothing = { lines: [], shortages: [], createdAt: later, updatedAt: later };
    expect(made).toEqual({ id, orderId, status: 'CANCELLED', ...nothing });
    expect(give.reserve(made)).toMatchObject({ answer: 'cancelled', effect: 'repeated', moved: [] });
  });

  it.each([
    ['release', 'RESERVED', 'RELEASED', { available: 12, reserved: 3, sold: 5 }],
    ['commit', 'RESERVED', 'COMMITTED', { available: 10, reserved: 3, sold: 7 }],
    ['return', 'COMMITTED', 'RETURNED', { available: 12, reserved: 5, sold: 3 }],
  ] as const)('%s makes %s %s, and moves every line', (command, from, to, places) => {
    const { effect, reservation: changed, moved } = give[command](reservation(from));
    expect(effect).toBe('changed');
    expect(changed).toEqual({ ...reservation(from), status: to, updatedAt: later });
    expect(moved.map(({ sku }) => sku)).toEqual(['LAMP', 'TABLE']);
    expect(moved[1]).toEqual(stock('TABLE', { ...places, version: 2 }));
  });

  const states = Object.keys(rules.reserve) as ReservationStatus[];
  describe.each(Object.keys(rules) as Command[])('%s', (command) => {
    it.each(states)('in state %s does as the table of rules has it', (state) => {
      const rule = rules[command][state];
      const known = reservation(state);
      if (rule === 'defect')
        expect(() => give[command](known)).toThrow(
          defect(`cannot ${command} reservation reservation-1: it is ${state}`),
        );
      else if (rule === 'act') expect(give[command](known).effect).toBe('changed');
      else {
        expect(give[command](known)).toEqual({
          answer: rule,
          effect: 'repeated',
          reservation: known,
          moved: [],
        });
      }
    });

    it('given again gets the same answer and has no effect', () => {
      const legal = states.filter((state) => rules[command][state] !== 'defect').map(reservation);
      for (const known of command === 'reserve' || command === 'release' ? [undefined, ...legal] : legal) {
        const first = give[command](known);
        expect(give[command](first.reservation)).toEqual({ ...first, effect: 'repeated', moved: [] });
      }
    });
  });

  it.each(['commit', 'return'] as const)('that nobody knows of is not to %s', (command) => {
    expect(() => give[command](undefined)).toThrow(
      defect(`cannot ${command} reservation reservation-1: nothing is known of it`),
    );
  });
});
