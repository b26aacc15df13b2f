import { Defect } from '#libs/kernel/errors.js';
import { LockTimeout } from '../database/errors.js';
import { compareTables, GroupRows } from './group-rows.js';
import { compareKeys, keyText, type KeyText } from './key.js';
import type { AnyTable } from '../database/table.js';
import type { TableChanges, TableLoad, Transaction } from './transaction-store.js';
import type { Load, UnitOfWork } from './unit-of-work.js';
import { UnitWorkingSet, want, type Wanted } from './working-set.js';

/** A unit that waits for its outcome, and the caller behind it. */
export interface Member {
  readonly unit: UnitOfWork<unknown>;
  /** What `unit.load` names. */
  readonly wanted: Wanted;
  /** Runs a function as if the caller did, so that logs made while deciding carry the caller's ids. */
  inCallersContext<T>(run: () => T): T;
}

export type Outcome =
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'threw'; readonly error: unknown }
  /** A neighbour's writes changed what the unit needs: it has to join the next group, on fresh rows. */
  | { readonly kind: 'left' }
  /** It wants a key that is being waited for already: a group must not wait for it once more. */
  | { readonly kind: 'held'; readonly row: HeldRow };

/** A row that another session has locked, or is making. */
export interface HeldRow {
  /** Table and key as one text. */
  readonly name: string;
  readonly table: AnyTable;
  readonly key: unknown;
}

const nameOf = (table: AnyTable, key: KeyText): string => `${table.row.name} ${key}`;

/** Whether a row of this name is known to be locked by somebody else. */
export type IsHeld = (name: string) => boolean;

/** A group met rows that another session has locked, or is making. */
export class GroupBlocked extends LockTimeout {
  constructor(
    /** What was to be locked up to then. */
    readonly loads: readonly TableLoad[],
    private readonly seats: readonly Seat[],
    cause: LockTimeout,
  ) {
    super(cause.message, { cause });
  }

  /** @returns for each member, in their order, the first row that it wants to lock and that is among these. */
  wantedOf(locked: ReadonlyMap<AnyTable, ReadonlySet<KeyText>>): readonly (HeldRow | undefined)[] {
    return this.seats.map(({ wanted }) =>
      lockedIn(wanted, (table, key) => locked.get(table)?.has(key) ?? false),
    );
  }
}

export interface DecidedGroup {
  /** In the order of the members. */
  readonly outcomes: readonly Outcome[];
  readonly changes: readonly TableChanges[];
  /** What it means when writing the changes meets this. */
  blockedBy(cause: LockTimeout): GroupBlocked;
}

/** Members that decide, or are told, in one turn of the event loop: a few milliseconds' work. */
export const membersBetweenYields = 16;

/** A member in one try at its group; what it wants may be more than last time. */
interface Seat {
  readonly member: Member;
  readonly wanted: Wanted;
  failure?: { readonly error: unknown };
  /** A row that it wants and that is held. */
  held?: HeldRow | undefined;
}

/**
 * Loads what the members need, each table once, and lets them decide one after the other on the same rows. After every
 * few of them, `yieldToEventLoop` lets others have the event loop.
 */
export async function decideGroup(
  members: readonly Member[],
  transaction: Transaction,
  now: Date,
  yieldToEventLoop: () => Promise<unknown>,
  isHeld: IsHeld = () => false,
): Promise<DecidedGroup> {
  const rows = new GroupRows();
  const seats = members.map((member): Seat => ({
    member,
    wanted: member.unit.loadMore ? want(new Map(), member.unit.load) : member.wanted,
  }));
  const loads = await loadRows(seats, transaction, rows, now, isHeld);
  const outcomes: Outcome[] = [];
  for (const seat of seats) {
    if (outcomes.length > 0 && outcomes.length % membersBetweenYields === 0) await yieldToEventLoop();
    outcomes.push(decide(seat, rows, now));
  }
  return {
    outcomes,
    changes: rows.changes(),
    blockedBy: (cause) => new GroupBlocked(loads, seats, cause),
  };
}

/**
 * One pass over the tables in lock order, as many at once as no second stage has to be asked between. A unit's second
 * stage is asked as soon as all of its first is loaded; as its tables come later in lock order, their keys still go into
 * the one SELECT of their table, with everybody else's. Returns all that was loaded.
 */
async function loadRows(
  seats: readonly Seat[],
  transaction: Transaction,
  rows: GroupRows,
  now: Date,
  isHeld: IsHeld,
): Promise<readonly TableLoad[]> {
  const ahead = new TablesAhead();
  const loaded: TableLoad[] = [];
  const addUnlessHeld = (seat: Seat, wanted: Wanted): void => {
    seat.held ??= lockedIn(wanted, (table, key) => isHeld(nameOf(table, key)));
    if (seat.held === undefined) ahead.add(wanted);
  };
  for (const seat of seats) addUnlessHeld(seat, seat.wanted);
  let unasked = seats.filter(({ member, held }) => member.unit.loadMore && held === undefined);
  for (;;) {
    const due = unasked.filter(({ wanted }) => lastLockOrder(wanted) < ahead.firstLockOrder);
    if (due.length > 0) {
      unasked = unasked.filter((seat) => !due.includes(seat));
      for (const seat of due) addUnlessHeld(seat, secondStage(seat, rows, now));
    } else if (!ahead.isEmpty) {
      const loads = ahead.takeUpTo(Math.min(...unasked.map(({ wanted }) => lastLockOrder(wanted))));
      const found = await transaction.load(loads).catch((error: unknown) => {
        throw error instanceof LockTimeout ? new GroupBlocked(loads, seats, error) : error;
      });
      loads.forEach(({ table }, index) => rows.load(table, found[index]!));
      loaded.push(...loads);
    } else return loaded;
  }
}

/** What the unit wants in addition, given the rows of its first stage. A failure is the unit's own. */
function secondStage(seat: Seat, rows: GroupRows, now: Date): Wanted {
  const { member, wanted } = seat;
  try {
    const loads = member.inCallersContext(
      () => member.unit.loadMore?.(new UnitWorkingSet(rows, wanted, now)) ?? [],
    );
    const last = lastLockOrder(wanted);
    const early = loads.find(({ table }) => table.lockOrder <= last);
    if (early)
      throw new Defect(`${member.unit.name} loads ${early.table.row.name} too late for the lock order`);
    const more = want(new Map(), loads);
    want(wanted, loads);
    return more;
  } catch (error) {
    seat.failure = { error };
    return new Map();
  }
}

function decide({ member, wanted, failure, held }: Seat, rows: GroupRows, now: Date): Outcome {
  if (held !== undefined) return { kind: 'held', row: held };
  if (failure) return { kind: 'threw', ...failure };
  const { unit } = member;
  const work = new UnitWorkingSet(rows, wanted, now);
  try {
    const result = member.inCallersContext(() => {
      if (unit.loadMore && !covers(wanted, unit.loadMore(work))) return left;
      return unit.decide(work);
    });
    if (result === left || work.collision) return { kind: 'left' };
    if (isThenable(result)) throw asynchronous(unit.name, result);
    rows.apply(work.writes);
    return { kind: 'done', result };
  } catch (error) {
    return work.collision ? { kind: 'left' } : { kind: 'threw', error };
  } finally {
    work.end();
  }
}

const left = Symbol('left for the next group');

const covers = (wanted: Wanted, loads: readonly Load[]): boolean =>
  loads.every(({ table, keys, mode }) =>
    keys.every((key) => {
      const known = wanted.get(table)?.get(keyText(key));
      return known !== undefined && (mode === 'read' || known.mode === 'lock');
    }),
  );

/** The first row that is wanted with lock and for which `is` holds. */
function lockedIn(wanted: Wanted, is: (table: AnyTable, key: KeyText) => boolean): HeldRow | undefined {
  for (const [table, keys] of wanted) {
    for (const [text, { key, mode }] of keys) {
      if (mode === 'lock' && is(table, text)) return { name: nameOf(table, text), table, key };
    }
  }
  return undefined;
}

const lastLockOrder = (wanted: Wanted): number =>
  Math.max(-Infinity, ...[...wanted.keys()].map(({ lockOrder }) => lockOrder));

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

function asynchronous(name: string, result: PromiseLike<unknown>): Defect {
  // The promise is dropped with the unit; its own failure must not end the process.
  result.then(undefined, () => undefined);
  return new Defect(`${name} decides asynchronously: what it writes after the first await would be lost`);
}

/** Which keys of which tables are still to be loaded for the group. */
class TablesAhead {
  private readonly tables = new Map<AnyTable, { keys: Map<KeyText, unknown>; mode: Load['mode'] }>();

  add(wanted: Wanted): void {
    for (const [table, keys] of wanted) {
      let ahead = this.tables.get(table);
      if (!ahead) this.tables.set(table, (ahead = { keys: new Map(), mode: 'read' }));
      for (const [text, { key, mode }] of keys) {
        ahead.keys.set(text, key);
        if (mode === 'lock') ahead.mode = mode;
      }
    }
  }

  get isEmpty(): boolean {
    return this.tables.size === 0;
  }

  /** Infinity when nothing is ahead. */
  get firstLockOrder(): number {
    return Math.min(...[...this.tables.keys()].map(({ lockOrder }) => lockOrder));
  }

  /** The tables up to there, in lock order. */
  takeUpTo(lockOrder: number): TableLoad[] {
    const tables = [...this.tables].filter(([table]) => table.lockOrder <= lockOrder);
    for (const [table] of tables) this.tables.delete(table);
    return tables
      .sort(([a], [b]) => compareTables(a, b))
      .map(([table, { keys, mode }]) => ({ table, keys: [...keys.values()].sort(compareKeys), mode }));
  }
}
