import { Defect } from '#libs/kernel/errors.js';
import { DuplicateKey } from '../database/errors.js';
import type { GroupRows, Writes } from './group-rows.js';
import { keyText, type KeyText } from './key.js';
import type { AnyTable } from '../database/table.js';
import type { Load, WorkingSet } from './unit-of-work.js';
import type { Table } from '../database/table.js';

/** Which keys a unit has loaded, and how. */
export type Wanted = Map<AnyTable, Map<KeyText, WantedKey>>;

interface WantedKey {
  readonly key: unknown;
  mode: Load['mode'];
}

export function want(wanted: Wanted, loads: readonly Load[]): Wanted {
  for (const { table, keys, mode } of loads) {
    let known = wanted.get(table);
    if (!known) wanted.set(table, (known = new Map<KeyText, WantedKey>()));
    for (const key of keys) {
      const text = keyText(key);
      const before = known.get(text);
      if (!before) known.set(text, { key, mode });
      else if (mode === 'lock') before.mode = mode;
    }
  }
  return wanted;
}

/**
 * A unit's view of its group: the rows as earlier units left them, with its own writes above, which reach the group only
 * when `decide` has returned. Strict about what the unit loaded, so that a unit cannot depend on who its neighbours are.
 */
export class UnitWorkingSet implements WorkingSet {
  readonly writes: Writes = new Map();
  /** The unit inserted a key that it had not loaded and a neighbour had just inserted. */
  collision: DuplicateKey | undefined;
  private over = false;

  constructor(
    private readonly rows: GroupRows,
    private readonly wanted: Wanted,
    readonly now: Date,
  ) {}

  find<Row, Key>(table: Table<Row, Key>, key: Key): Row | undefined {
    const text = keyText(key);
    const own = this.writes.get(table)?.get(text);
    if (own) return (own.row ?? undefined) as Row | undefined;
    if (!this.wanted.get(table)?.has(text)) throw new Defect(`${this.name(table, key)} was not loaded`);
    return this.rows.find(table, text) as Row | undefined;
  }

  get<Row, Key>(table: Table<Row, Key>, key: Key): Row {
    const row = this.find(table, key);
    if (row === undefined) throw new Defect(`${this.name(table, key)} is not there`);
    return row;
  }

  insert<Row, Key>(table: Table<Row, Key>, row: Row): void {
    const key = table.keyOf(row);
    const text = keyText(key);
    const own = this.writes.get(table)?.get(text);
    const there = own ? own.row !== null : this.rows.find(table, text) !== undefined;
    if (there) {
      if (own || this.wanted.get(table)?.has(text))
        throw new Defect(`${this.name(table, key)} is there already`);
      this.collision = new DuplicateKey(table.row.name);
      throw this.collision;
    }
    this.write(table, text, key, row as object);
  }

  update<Row, Key>(table: Table<Row, Key>, row: Row): void {
    const key = table.keyOf(row);
    this.write(table, this.mine(table, key), key, row as object);
  }

  remove<Row, Key>(table: Table<Row, Key>, key: Key): void {
    this.write(table, this.mine(table, key), key, null);
  }

  /** Called when `decide` has returned: a callback that fires later must not write into what is being committed. */
  end(): void {
    this.over = true;
  }

  /** The key of a row that this unit may change. */
  private mine(table: AnyTable, key: unknown): KeyText {
    const text = keyText(key);
    const own = this.writes.get(table)?.get(text);
    if (own ? own.row === null : this.rows.find(table, text) === undefined) {
      throw new Defect(`${this.name(table, key)} is not there`);
    }
    if (!own && this.wanted.get(table)?.get(text)?.mode !== 'lock') {
      throw new Defect(`${this.name(table, key)} was not loaded with lock`);
    }
    return text;
  }

  private write(table: AnyTable, text: KeyText, key: unknown, row: object | null): void {
    if (this.over) throw new Defect('a unit of work wrote after it had decided');
    const rows = this.writes.get(table);
    if (rows) rows.set(text, { key, row });
    else this.writes.set(table, new Map([[text, { key, row }]]));
  }

  private name(table: AnyTable, key: unknown): string {
    return `${table.row.name} ${JSON.stringify(key)}`;
  }
}
