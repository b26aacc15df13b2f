import { compareKeys, keyText, type KeyText } from './key.js';
import type { AnyTable } from '../database/table.js';
import type { TableChanges } from './transaction-store.js';

/** A row's new state by key; null: removed. */
export type Writes = Map<AnyTable, Map<KeyText, { readonly key: unknown; readonly row: object | null }>>;

/** What a group has loaded, and what its units have made of it so far. */
export class GroupRows {
  private readonly loaded = new Map<AnyTable, Map<KeyText, object>>();
  private readonly written: Writes = new Map();

  load(table: AnyTable, rows: readonly object[]): void {
    this.loaded.set(table, new Map(rows.map((row) => [keyText(table.keyOf(row)), row])));
  }

  find(table: AnyTable, key: KeyText): object | undefined {
    const write = this.written.get(table)?.get(key);
    return write ? (write.row ?? undefined) : this.loaded.get(table)?.get(key);
  }

  apply(writes: Writes): void {
    for (const [table, rows] of writes) {
      const written = this.written.get(table);
      if (!written) this.written.set(table, new Map(rows));
      else for (const [text, write] of rows) written.set(text, write);
    }
  }

  /** The difference between what was loaded and what is now, per table in lock order. */
  changes(): TableChanges[] {
    return [...this.written]
      .sort(([a], [b]) => compareTables(a, b))
      .map(([table, writes]) => this.changesOf(table, writes))
      .filter(({ inserted, updated, removed }) => inserted.length + updated.length + removed.length > 0);
  }

  private changesOf(
    table: AnyTable,
    writes: ReadonlyMap<KeyText, { key: unknown; row: object | null }>,
  ): TableChanges {
    const loaded = this.loaded.get(table);
    const inserted: object[] = [];
    const updated: object[] = [];
    const removed: unknown[] = [];
    for (const [text, { key, row }] of [...writes].sort(([, a], [, b]) => compareKeys(a.key, b.key))) {
      const before = loaded?.get(text);
      if (before === undefined) {
        if (row) inserted.push(row);
      } else if (row === null) removed.push(key);
      else if (row !== before) updated.push(row);
    }
    return { table, inserted, updated, removed };
  }
}

/** Tables of equal lock order go by name: two groups that use both must still take them in one order. */
export const compareTables = (a: AnyTable, b: AnyTable): number =>
  a.lockOrder - b.lockOrder || compareKeys(a.row.name, b.row.name);
