import { ConnectionLost } from '#libs/persistence/database/errors.js';
import { compareKeys, keyText, type KeyText } from '#libs/persistence/unit-of-work/key.js';
import { rowOutOf } from '#libs/persistence/testing/row-copy.js';
import type { AnyTable } from '#libs/persistence/database/table.js';
import type { CommitMark } from '#libs/persistence/unit-of-work/transaction-store.js';
import { RowLocks } from './row-locks.js';
import { failureOf, type ServerFailure } from './server-failure.js';
import type { World } from './simulation-world.js';

type RowClass = AnyTable['row'];
type RowTable<Row> = { readonly row: RowClass; keyOf(row: Row): unknown };

/** One row before and after a commit; undefined where there was none, or is none any more. */
export interface RowChange {
  readonly table: AnyTable;
  readonly before: object | undefined;
  readonly after: object | undefined;
}

export interface Commit {
  readonly database: string;
  /** Name of the process that committed. */
  readonly by: string;
  readonly changes: readonly RowChange[];
}

/** What outlives all processes: committed rows, and the locks of open transactions. */
export class SimulatedDatabase {
  isAway = false;
  /** What it says to whoever writes; null: nothing is wrong with it. */
  failure: ServerFailure | null = null;
  readonly locks = new RowLocks<object>();
  readonly marks = new Map<string, number>();
  /** Commits under way, by committer: a query for their outcome waits for them, as on the lock of the mark's row. */
  readonly underWay = new Map<string, Promise<void>>();
  /** Order numbers by year. */
  readonly handedOut = new Map<number, number>();
  readonly #tables = new Map<RowClass, Map<KeyText, object>>();
  readonly #listeners: ((commit: Commit) => void)[] = [];

  constructor(
    readonly name: string,
    readonly world: World,
  ) {}

  /** @throws ConnectionLost */
  expectReachable(): void {
    if (this.isAway) throw new ConnectionLost(`${this.name} is away`);
  }

  /** @throws ConnectionLost, or what the server says instead of writing. */
  expectWritable(): void {
    this.expectReachable();
    if (this.failure === null) return;
    this.world.coverage.count(`server.${this.failure}`);
    throw failureOf(this.failure);
  }

  onCommitted(listener: (commit: Commit) => void): void {
    this.#listeners.push(listener);
  }

  wasCommitted({ committer, groupNumber }: CommitMark): boolean {
    return (this.marks.get(committer) ?? -1) >= groupNumber;
  }

  find(table: AnyTable, key: KeyText): object | undefined {
    const row = this.#tables.get(table.row)?.get(key);
    return row && rowOutOf(row, table.row);
  }

  has(table: AnyTable, key: KeyText): boolean {
    return this.#tables.get(table.row)?.has(key) === true;
  }

  /** One row, for observers; not to be changed. */
  peek<Row, Key>(table: RowTable<Row>, key: Key): Row | undefined {
    return this.#tables.get(table.row)?.get(keyText(key)) as Row | undefined;
  }

  /** All rows, for observers; not to be changed. */
  *all<Row>(table: RowTable<Row>): IterableIterator<Row> {
    yield* (this.#tables.get(table.row)?.values() ?? []) as Iterable<Row>;
  }

  /** All rows in the order of their keys. */
  rows<Row>(table: RowTable<Row>): Row[] {
    return [...this.all(table)].sort((a, b) => compareKeys(table.keyOf(a), table.keyOf(b)));
  }

  count(table: { readonly row: RowClass }): number {
    return this.#tables.get(table.row)?.size ?? 0;
  }

  /**
   * Applies the writes, all at once, and tells the listeners. A null row is removed.
   * @param writes rows as `rowInto` makes them.
   */
  commit(by: string, writes: readonly RowWrite[]): void {
    const changes = writes.map(({ table, key, row }): RowChange => {
      let rows = this.#tables.get(table.row);
      if (!rows) this.#tables.set(table.row, (rows = new Map<KeyText, object>()));
      const before = rows.get(key);
      const after = row ?? undefined;
      if (after) rows.set(key, after);
      else rows.delete(key);
      return { table, before, after };
    });
    const commit = { database: this.name, by, changes };
    for (const listener of this.#listeners) listener(commit);
  }
}

export interface RowWrite {
  readonly table: AnyTable;
  readonly key: KeyText;
  readonly row: object | null;
}
