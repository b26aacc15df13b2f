import type { DataSource, EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { Defect } from '#libs/kernel/errors.js';
import type { AnyTable } from './transaction-store.js';

/** A statement and its parameters, as `queryRunner.query` takes them. */
export type Statement = readonly [sql: string, parameters: unknown[]];

/** What one statement carries at most; far below every default of `max_allowed_packet`. */
const rowsMax = 1_000;
const bytesMax = 4 * 1024 * 1024;
/** MariaDB turns longer IN lists into a join with a temporary table, which locks in an order of its own. */
const keysMax = 500;

/**
 * The SQL of one table, made once from TypeORM's metadata. Rows pass through the column types and transformers of the row
 * class, but through none of TypeORM's entity machinery, which costs ten times as much as the statements do.
 */
export class TableStatements {
  readonly name: string;
  private readonly columns: readonly ColumnMetadata[];
  private readonly keyColumns: readonly ColumnMetadata[];
  private readonly select: string;
  private readonly insertInto: string;
  private readonly onDuplicateKey: string;
  private readonly deleteFrom: string;

  constructor(
    private readonly dataSource: DataSource,
    table: AnyTable,
  ) {
    const metadata = dataSource.getMetadata(table.row);
    this.name = metadata.tableName;
    this.columns = metadata.columns.filter(({ isVirtual, generatedType }) => !isVirtual && !generatedType);
    this.keyColumns = table.key.map((property) => keyColumn(metadata, property));
    const quoted = (column: ColumnMetadata): string => `\`${column.databaseName}\``;
    const all = this.columns.map(quoted).join(', ');
    const name = `\`${metadata.tableName}\``;
    const keys = this.keyColumns.map(quoted);
    const byKeys = keys.length === 1 ? `${keys.join()} IN (?)` : `(${keys.join(', ')}) IN (?)`;
    // Forced: on a small table a scan looks cheaper, but it waits for the locks of rows that nobody asked for.
    this.select = `SELECT ${all} FROM ${name} FORCE INDEX (PRIMARY) WHERE ${byKeys}`;
    this.deleteFrom = `DELETE FROM ${name} WHERE ${keys.map((key) => `${key} = ?`).join(' AND ')}`;
    this.insertInto = `INSERT INTO ${name} (${all}) VALUES ?`;
    const others = this.columns.filter((column) => !this.keyColumns.includes(column));
    // A table that is all key has nothing to update; assigning the key to itself keeps the statement legal.
    this.onDuplicateKey = (others.length > 0 ? others : this.keyColumns)
      .map((column) => `${quoted(column)} = VALUES(${quoted(column)})`)
      .join(', ');
  }

  selectByKeys(keys: readonly unknown[], mode: 'lock' | 'read'): Statement[] {
    const sql = mode === 'lock' ? `${this.select} FOR UPDATE` : this.select;
    return chunks(keys, keysMax).map((chunk) => [sql, [chunk.map((key) => this.keyToDatabase(key))]]);
  }

  insert(rows: readonly object[]): Statement[] {
    return this.rowsToDatabase(rows).map((chunk) => [this.insertInto, [chunk]]);
  }

  /** Writes whole rows that are known to exist, and locked: the way to update many different rows in one statement. */
  update(rows: readonly object[]): Statement[] {
    const sql = `${this.insertInto} ON DUPLICATE KEY UPDATE ${this.onDuplicateKey}`;
    return this.rowsToDatabase(rows).map((chunk) => [sql, [chunk]]);
  }

  /** One statement per key: neither engine can be made to delete by a list of keys without scanning a small table. */
  deleteByKeys(keys: readonly unknown[]): Statement[] {
    return keys.map((key) => [this.deleteFrom, [this.keyToDatabase(key)].flat()]);
  }

  rowFromDatabase(raw: Record<string, unknown>): object {
    const row: Record<string, unknown> = {};
    for (const column of this.columns) {
      row[column.propertyName] = this.dataSource.driver.prepareHydratedValue(
        raw[column.databaseName],
        column,
      );
    }
    return row;
  }

  private rowsToDatabase(rows: readonly object[]): unknown[][][] {
    const statements: unknown[][][] = [];
    let current: unknown[][] = [];
    let bytes = 0;
    for (const row of rows) {
      const values = this.columns.map((column) => this.toDatabase(row, column));
      const size = values.reduce<number>((sum, value) => sum + sizeOf(value), 0);
      if (current.length >= rowsMax || (current.length > 0 && bytes + size > bytesMax)) {
        statements.push(current);
        current = [];
        bytes = 0;
      }
      current.push(values);
      bytes += size;
    }
    if (current.length > 0) statements.push(current);
    return statements;
  }

  private toDatabase(row: object, column: ColumnMetadata): unknown {
    const value = (row as Record<string, unknown>)[column.propertyName] ?? null;
    if (value === null) return column.type === 'json' && !column.isNullable ? 'null' : null;
    return checked(this.dataSource.driver.preparePersistentValue(value, column), column);
  }

  private keyToDatabase(key: unknown): unknown {
    if (!Array.isArray(key)) return this.partToDatabase(key, 0);
    return key.map((part, index) => this.partToDatabase(part, index));
  }

  private partToDatabase(part: unknown, index: number): unknown {
    const column = this.keyColumns[index];
    if (!column) throw new Defect(`${this.name} has a shorter key`);
    const value: unknown = this.dataSource.driver.preparePersistentValue(part, column);
    // It would find the row, under its lower-case name, and the unit that asked would not.
    if (Buffer.isBuffer(value) && typeof part === 'string' && part !== part.toLowerCase()) {
      throw new Defect(`ids are lower-case: ${part}`);
    }
    return checked(value, column);
  }
}

function keyColumn(metadata: EntityMetadata, property: string): ColumnMetadata {
  const column = metadata.findColumnWithPropertyName(property);
  if (!column?.isPrimary) throw new Defect(`${metadata.name}.${property} is no primary key column`);
  return column;
}

/** The driver writes NaN and infinities into the SQL as they are, and arrays as lists. */
function checked(value: unknown, column: ColumnMetadata): unknown {
  const legal =
    typeof value === 'number'
      ? Number.isFinite(value)
      : !Array.isArray(value) && !(value instanceof Date && Number.isNaN(value.getTime()));
  if (!legal)
    throw new Defect(`${column.entityMetadata.name}.${column.propertyName} cannot be ${String(value)}`);
  return value;
}

/** Bytes in the statement, roughly: bytes are written as two hexadecimal digits, characters as up to three bytes. */
const sizeOf = (value: unknown): number => {
  if (typeof value === 'string') return value.length * 3;
  return Buffer.isBuffer(value) ? value.length * 2 : 30;
};

const chunks = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, chunk) =>
    items.slice(chunk * size, (chunk + 1) * size),
  );
