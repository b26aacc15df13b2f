import { DuplicateKey } from '../database/errors.js';
import { compareKeys, keyText, type KeyText } from '../unit-of-work/key.js';
import type { AnyTable } from '../database/table.js';
import type {
  CommitMark,
  TableChanges,
  TableLoad,
  Transaction,
  TransactionStore,
} from '../unit-of-work/transaction-store.js';
import { rowInto, rowOutOf } from './row-copy.js';

type Rows = Map<KeyText, object>;

/**
 * A database in memory for unit tests and the simulation: one transaction at a time, in the order of arrival, nothing of
 * it seen before its commit. Rows go in and out as values and as the columns keep them (JSON as JSON, unknown
 * properties dropped), so that a test cannot pass on what a real database would not give back.
 */
export class InMemoryTransactionStore implements TransactionStore {
  private readonly tables = new Map<AnyTable['row'], Rows>();
  private readonly marks = new Map<string, number>();
  private last: Promise<void> = Promise.resolve();

  async begin(mark: CommitMark): Promise<Transaction> {
    const { committer, groupNumber } = mark;
    const before = this.last;
    let end!: () => void;
    this.last = new Promise((resolve) => (end = resolve));
    await before;
    return new InMemoryTransaction(this.tables, this.marks, { committer, groupNumber }, end);
  }

  /** One transaction at a time: nobody holds what another wants. */
  async lockedKeys(): Promise<ReadonlyMap<AnyTable, ReadonlySet<KeyText>>> {
    return new Map();
  }

  async comesFree(): Promise<boolean> {
    return true;
  }

  async wasCommitted({ committer, groupNumber }: CommitMark): Promise<boolean> {
    await this.last;
    return (this.marks.get(committer) ?? -1) >= groupNumber;
  }

  /** All committed rows of a table, in key order. */
  rows<Row>(table: { readonly row: AnyTable['row']; keyOf(row: Row): unknown }): Row[] {
    const rows = [...(this.tables.get(table.row)?.values() ?? [])].map(
      (row) => rowOutOf(row, table.row) as Row,
    );
    return rows.sort((a, b) => compareKeys(table.keyOf(a), table.keyOf(b)));
  }
}

class InMemoryTransaction implements Transaction {
  private readonly written = new Map<AnyTable['row'], Rows>();
  constructor(
    private readonly tables: Map<AnyTable['row'], Rows>,
    private readonly marks: Map<string, number>,
    private readonly mark: CommitMark,
    private readonly end: () => void,
  ) {}

  async load(tables: readonly TableLoad[]): Promise<readonly (readonly object[])[]> {
    return tables.map(({ table, keys }) => {
      const rows = this.rowsOf(table);
      return keys.flatMap((key) => {
        const row = rows.get(keyText(key));
        return row ? [rowOutOf(row, table.row)] : [];
      });
    });
  }

  async write(changes: readonly TableChanges[]): Promise<void> {
    for (const each of changes) this.change(each);
  }

  private change({ table, inserted, updated, removed }: TableChanges): void {
    const rows = new Map(this.rowsOf(table));
    for (const row of inserted) {
      const key = keyText(table.keyOf(row));
      if (rows.has(key)) throw new DuplicateKey(table.row.name);
      rows.set(key, rowInto(row, table.row));
    }
    for (const row of updated) rows.set(keyText(table.keyOf(row)), rowInto(row, table.row));
    for (const key of removed) rows.delete(keyText(key));
    this.written.set(table.row, rows);
  }

  async commit(): Promise<void> {
    for (const [row, rows] of this.written) this.tables.set(row, rows);
    this.marks.set(this.mark.committer, this.mark.groupNumber);
    this.end();
  }

  async rollback(): Promise<void> {
    this.end();
  }

  private rowsOf(table: AnyTable): Rows {
    return this.written.get(table.row) ?? this.tables.get(table.row) ?? new Map<KeyText, object>();
  }
}
