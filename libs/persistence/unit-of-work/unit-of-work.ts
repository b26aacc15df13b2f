import type { AnyTable, Table } from '../database/table.js';

/**
 * The port through which everything changes state. A unit of work (Fowler, "Patterns of Enterprise Application
 * Architecture") names the rows that it needs, decides on them without waiting for anything, and says what to write.
 * Because it is split like this, many units that arrive together can share one transaction (see group-committer.ts);
 * nobody who writes a unit has to know.
 */
export interface UnitOfWorkRunner {
  /**
   * Runs the unit and resolves with what `decide` returned, once its writes are durable.
   *
   * The unit may be decided more than once (a group is repeated after a deadlock, and taken apart when a member fails),
   * so `decide` must have no effect but its writes. What it throws rejects this call alone and undoes this unit alone.
   *
   * @throws Overloaded when the queue of waiting units is full: nothing was done.
   * @throws Fault when the database stayed away or busy beyond the retries, or failed: nothing was written.
   * @throws CommitUnknown (a Fault) when the connection went at the COMMIT and stayed away: it may have been written.
   * @throws DuplicateKey or StatementRefused (Defects) when the database refuses what this unit writes.
   */
  run<Result>(unit: UnitOfWork<Result>): Promise<Result>;

  /**
   * Calls `listener` with the rows that a committed group inserted into `table`, right after the commit and before the
   * units' callers hear of it. The listener must not throw and must not wait.
   */
  onCommitted<Row, Key>(table: Table<Row, Key>, listener: (rows: readonly Row[]) => void): void;
}

export interface UnitOfWork<Result> {
  /** For metrics and logs: a fixed name, never an id. */
  readonly name: string;
  /** Work that was begun (a saga's next step) goes before work that would be new. Default: `started`. */
  readonly priority?: 'started' | 'new';
  readonly load: readonly Load[];
  /**
   * Rows whose keys only the first stage's rows tell: the stock that a reservation holds. Asked once those are loaded;
   * tables of this stage come after all of the first in lock order. @throws Defect otherwise.
   *
   * Asked again on the group's own state right before `decide`: when a neighbour that was decided earlier has changed
   * the answer (it made the reservation), the unit is left for the next group, on fresh rows.
   */
  readonly loadMore?: (work: Pick<WorkingSet, 'find' | 'get' | 'now'>) => readonly Load[];
  /** Synchronous and pure but for `work`. */
  decide(work: WorkingSet): Result;
}

/** Rows to have at hand in `decide`, by primary key. */
export interface Load {
  readonly table: AnyTable;
  readonly keys: readonly unknown[];
  /** `lock`: SELECT ... FOR UPDATE, needed before a write. `read`: the last committed state, for looking only. */
  readonly mode: 'lock' | 'read';
}

export const lock = <Row, Key>(table: Table<Row, Key>, ...keys: Key[]): Load => ({
  table,
  keys,
  mode: 'lock',
});

export const read = <Row, Key>(table: Table<Row, Key>, ...keys: Key[]): Load => ({
  table,
  keys,
  mode: 'read',
});

/** What a unit sees and says while it decides. Rows are values: change one by handing in a new object. */
export interface WorkingSet {
  /** The database's clock at the start of the group. */
  readonly now: Date;
  /** The row as this group has it so far. @throws Defect when the unit did not load this key. */
  find<Row, Key>(table: Table<Row, Key>, key: Key): Row | undefined;
  /** A row that has to be there. @throws Defect when it is not. */
  get<Row, Key>(table: Table<Row, Key>, key: Key): Row;
  /** A row that is not there yet. A key that exists already in the database makes the unit run again, on fresh rows. */
  insert<Row, Key>(table: Table<Row, Key>, row: Row): void;
  /** The whole new state of a row that was loaded with `lock`. */
  update<Row, Key>(table: Table<Row, Key>, row: Row): void;
  /** Removes a row that was loaded with `lock`. */
  remove<Row, Key>(table: Table<Row, Key>, key: Key): void;
}
