import { canonicalJson } from '#libs/kernel/canonical-json.js';
import { Defect } from '#libs/kernel/errors.js';
import { hold, letGo, sell, takeBack, type Stock } from './stock.js';

/**
 * THE RESERVATION'S RULES. Pure. Commands may come twice, late, or before the command that they undo, so each of them
 * has an answer in every state, and takes effect in one only.
 */

export interface Reservation {
  /** Chosen by the asking side. */
  readonly id: string;
  readonly orderId: string;
  readonly status: ReservationStatus;
  /** One line a product, ascending; none on a tombstone, which never learned of any. */
  readonly lines: readonly ReservationLine[];
  /** Why it is SHORT; kept because a repeated command gets the same answer, whatever has been put in since. */
  readonly shortages: readonly Shortage[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type ReservationStatus =
  | 'RESERVED'
  | 'SHORT'
  | 'RELEASED'
  /** The tombstone: released before it was asked for, or asked for after its expiry. */
  | 'CANCELLED'
  | 'COMMITTED'
  | 'RETURNED';

export interface ReservationLine {
  readonly sku: string;
  readonly quantity: number;
}

export interface Shortage {
  readonly sku: string;
  readonly requested: number;
  readonly available: number;
}

export type Command = 'reserve' | 'release' | 'commit' | 'return';
export type Answer = 'reserved' | 'short' | 'cancelled' | 'released' | 'committed' | 'returned';

/**
 * What each command meets in a reservation that is known, and what comes of it: `act` takes effect, an answer is given
 * again without one, and a defect is a command that no correct saga sends. Of an unknown one, reserve-stock makes it,
 * release-stock leaves a tombstone, as does a reserve-stock that has expired, and the others are defects.
 *
 * A repeated reserve-stock after the release is told `cancelled`, not what it was told first: nothing is held any more.
 */
export const rules = {
  reserve: {
    RESERVED: 'reserved',
    SHORT: 'short',
    RELEASED: 'cancelled',
    CANCELLED: 'cancelled',
    COMMITTED: 'reserved',
    RETURNED: 'reserved',
  },
  release: {
    RESERVED: 'act',
    SHORT: 'released',
    RELEASED: 'released',
    CANCELLED: 'released',
    COMMITTED: 'defect',
    RETURNED: 'defect',
  },
  commit: {
    RESERVED: 'act',
    SHORT: 'defect',
    RELEASED: 'defect',
    CANCELLED: 'defect',
    COMMITTED: 'committed',
    RETURNED: 'committed',
  },
  return: {
    RESERVED: 'defect',
    SHORT: 'defect',
    RELEASED: 'defect',
    CANCELLED: 'defect',
    COMMITTED: 'act',
    RETURNED: 'returned',
  },
} as const satisfies Record<Command, Record<ReservationStatus, Rule>>;

type Rule = Answer | 'act' | 'defect';

/** What a command came to. `repeated`: answered before, nothing changes. */
export interface Outcome {
  readonly answer: Answer;
  readonly effect: 'made' | 'changed' | 'repeated';
  readonly reservation: Reservation;
  /** The new state of each stock that was moved. */
  readonly moved: readonly Stock[];
}

/** What the shelf has of a product; undefined when it is unknown or no longer sold. */
export type Shelf = (sku: string) => Stock | undefined;

/** The stock of a product that a reservation names, so that it has to be there. */
export type StockOf = (sku: string) => Stock;

/** Holds all lines or none. @throws Defect when the id was used with other lines, or for another order. */
export function reserve(
  known: Reservation | undefined,
  asked: Pick<Reservation, 'id' | 'orderId' | 'lines'>,
  shelf: Shelf,
  at: Date,
): Outcome {
  const lines = mergeLines(asked.lines);
  if (!known) return holdAll({ ...asked, lines }, shelf, at);
  refuseOtherOrder(known, asked);
  refuseOtherLines(known, lines);
  return repeat(rules.reserve[known.status], known);
}

type Asked = Pick<Reservation, 'id' | 'orderId'>;

/**
 * An expired reserve-stock of which nothing is known makes nothing, and leaves a tombstone: another sending of it that
 * comes in time must not make what its saga has heard to be cancelled.
 */
export const bury = (asked: Asked, at: Date): Outcome => tombstone('cancelled', asked, at);

/** Agrees, and leaves a tombstone where nothing was made yet. @throws Defect after the sale. */
export const release = (known: Reservation | undefined, asked: Asked, stockOf: StockOf, at: Date): Outcome =>
  known ? settle('release', known, asked, stockOf, at) : tombstone('released', asked, at);

/** What was held is sold. @throws Defect when nothing is held. */
export const commit = (known: Reservation | undefined, asked: Asked, stockOf: StockOf, at: Date): Outcome =>
  settle('commit', known ?? unknownTo('commit', asked), asked, stockOf, at);

/** What was sold comes back, all of it. @throws Defect when nothing was sold. */
export const giveBack = (known: Reservation | undefined, asked: Asked, stockOf: StockOf, at: Date): Outcome =>
  settle('return', known ?? unknownTo('return', asked), asked, stockOf, at);

function unknownTo(command: Command, { id }: Asked): never {
  throw new Defect(`cannot ${command} reservation ${id}: nothing is known of it`);
}

const changes = {
  release: { to: 'RELEASED', answer: 'released', move: letGo },
  commit: { to: 'COMMITTED', answer: 'committed', move: sell },
  return: { to: 'RETURNED', answer: 'returned', move: takeBack },
} as const;

function settle(
  command: keyof typeof changes,
  known: Reservation,
  asked: Asked,
  stockOf: StockOf,
  at: Date,
): Outcome {
  refuseOtherOrder(known, asked);
  const rule: Rule = rules[command][known.status];
  if (rule === 'defect') throw new Defect(`cannot ${command} reservation ${known.id}: it is ${known.status}`);
  if (rule !== 'act') return repeat(rule, known);
  const { to, answer, move } = changes[command];
  const moved = known.lines.map(({ sku, quantity }) => move(stockOf(sku), quantity));
  return { answer, effect: 'changed', reservation: { ...known, status: to, updatedAt: at }, moved };
}

const repeat = (answer: Answer, reservation: Reservation): Outcome => ({
  answer,
  effect: 'repeated',
  reservation,
  moved: [],
});

function holdAll(
  { id, orderId, lines }: Pick<Reservation, 'id' | 'orderId' | 'lines'>,
  shelf: Shelf,
  at: Date,
): Outcome {
  const shortages: Shortage[] = [];
  const moved: Stock[] = [];
  for (const { sku, quantity } of lines) {
    const stock = shelf(sku);
    if (stock && stock.available >= quantity) moved.push(hold(stock, quantity));
    else shortages.push({ sku, requested: quantity, available: stock?.available ?? 0 });
  }
  const made = { id, orderId, lines, shortages, createdAt: at, updatedAt: at };
  return shortages.length === 0
    ? { answer: 'reserved', effect: 'made', reservation: { ...made, status: 'RESERVED' }, moved }
    : { answer: 'short', effect: 'made', reservation: { ...made, status: 'SHORT' }, moved: [] };
}

function tombstone(answer: Answer, { id, orderId }: Asked, at: Date): Outcome {
  const nothing = { lines: [], shortages: [], createdAt: at, updatedAt: at };
  const reservation: Reservation = { id, orderId, status: 'CANCELLED', ...nothing };
  return { answer, effect: 'made', reservation, moved: [] };
}

/** Most pieces of one product in a reservation; the limit that the contract sets for a line. */
const maxPiecesReserved = 1_000_000;

/** One line a product, ascending. @throws Defect when lines of one product add up to more than a line may have. */
export function mergeLines(lines: readonly ReservationLine[]): ReservationLine[] {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return [...quantities]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([sku, quantity]) => {
      if (quantity > maxPiecesReserved) throw new Defect(`${quantity} pieces of ${sku} in one reservation`);
      return { sku, quantity };
    });
}

/** A command of one order names the reservation of another: what is held for somebody is not given to anybody else. */
function refuseOtherOrder(known: Reservation, asked: Asked): void {
  if (known.orderId !== asked.orderId) throw new Defect(`reservation ${known.id} is of another order`);
}

/** One id, two meanings: answering either would betray the other. */
function refuseOtherLines(known: Reservation, lines: readonly ReservationLine[]): void {
  if (known.status === 'CANCELLED') return;
  const same = canonicalJson(known.lines) === canonicalJson(lines);
  if (!same) throw new Defect(`reservation ${known.id} was asked for again with other lines`);
}
