import type { DataSource, EntityMetadata } from 'typeorm';
import type { MysqlDriver } from 'typeorm/driver/mysql/MysqlDriver.js';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { Defect } from '#libs/kernel/errors.js';
import { codecOf, type ColumnCodec } from './column-codec.js';
import type { AnyTable } from './table.js';

/** What one statement carries at most; far below every default of `max_allowed_packet`. */
const maxRows = 1_000;
/** A character is up to four bytes. */
const maxCharacters = 2 * 1024 * 1024;
/** MariaDB turns longer IN lists into a join with a temporary table, which locks in an order of its own. */
const maxKeys = 500;

/**
 * The SQL of one table, made once from TypeORM's metadata. Rows pass through the column types and transformers of the row
 * class, but through none of TypeORM's entity machinery, which costs ten times as much as the statements do.
 */
export class TableStatements {
  readonly name: string;
  private readonly columns: readonly Column[];
  private readonly keyColumns: readonly Column[];
  private readonly keyed: string;
  private readonly select: string;
  private readonly insertInto: string;
  private readonly onDuplicateKey: string;
  private readonly deleteFrom: string;

  constructor(dataSource: DataSource, table: AnyTable) {
    const metadata = dataSource.getMetadata(table.row);
    const driver = dataSource.driver as MysqlDriver;
    this.name = metadata.tableName;
    const written = metadata.columns.filter(({ isVirtual, generatedType }) => !isVirtual && !generatedType);
    this.columns = written.map((column) => columnOf(column, driver));
    this.keyColumns = table.key.map((property) => columnOf(keyColumn(metadata, property), driver));
    const names = (columns: readonly Column[]): string => columns.map(({ name }) => name).join(', ');
    const [all, name, keys] = [names(this.columns), `\`${metadata.tableName}\``, names(this.keyColumns)];
    this.keyed = this.keyColumns.length === 1 ? keys : `(${keys})`;
    // Forced: on a small table a scan looks cheaper, but it waits for the locks of rows that nobody asked for.
    this.select = `SELECT ${all} FROM ${name} FORCE INDEX (PRIMARY) WHERE ${this.keyed} IN `;
    this.deleteFrom = `DELETE FROM ${name} WHERE ${this.keyed} = `;
    this.insertInto = `INSERT INTO ${name} (${all}) VALUES `;
    const others = this.columns.filter(({ property }) => !table.key.includes(property));
    // A table that is all key has nothing to update; assigning the key to itself keeps the statement legal.
    this.onDuplicateKey = (others.length > 0 ? others : this.keyColumns)
      .map((column) => `${column.name} = VALUES(${column.name})`)
      .join(', ');
  }

  selectByKeys(keys: readonly unknown[], mode: 'lock' | 'read'): string[] {
    const lock = mode === 'lock' ? ' FOR UPDATE' : '';
    return chunks(keys, maxKeys).map(
      (chunk) => `${this.select}(${chunk.map((key) => this.keyToSql(key)).join(',')})${lock}`,
    );
  }

  insert(rows: readonly object[]): string[] {
    return this.rowsToSql(rows).map((values) => this.insertInto + values);
  }

  /** Writes whole rows that are known to exist, and locked: the way to update many different rows in one statement. */
  update(rows: readonly object[]): string[] {
    return this.insert(rows).map((sql) => `${sql} ON DUPLICATE KEY UPDATE ${this.onDuplicateKey}`);
  }

  /** One statement per key: neither engine can be made to delete by a list of keys without scanning a small table. */
  deleteByKeys(keys: readonly unknown[]): string[] {
    return keys.map((key) => this.deleteFrom + this.keyToSql(key));
  }

  rowFromDatabase(raw: Record<string, unknown>): object {
    const row: Record<string, unknown> = {};
    for (const { property, databaseName, codec } of this.columns) {
      row[property] = codec.fromDatabase(raw[databaseName]);
    }
    return row;
  }

  /** Lists of values, as many rows in each as one statement may carry. */
  private rowsToSql(rows: readonly object[]): string[] {
    const lists: string[] = [];
    let current: string[] = [];
    let characters = 0;
    for (const row of rows) {
      const values = this.rowToSql(row as Record<string, unknown>);
      const full = current.length >= maxRows || characters + values.length > maxCharacters;
      if (full && current.length > 0) {
        lists.push(current.join(','));
        current = [];
        characters = 0;
      }
      current.push(values);
      characters += values.length;
    }
    if (current.length > 0) lists.push(current.join(','));
    return lists;
  }

  private rowToSql(row: Record<string, unknown>): string {
    return `(${this.columns.map(({ property, codec }) => codec.toSql(row[property])).join(',')})`;
  }

  private keyToSql(key: unknown): string {
    if (!Array.isArray(key)) return this.partToSql(key, 0);
    return `(${key.map((part, index) => this.partToSql(part, index)).join(',')})`;
  }

  private partToSql(part: unknown, index: number): string {
    const column = this.keyColumns[index];
    if (!column) throw new Defect(`${this.name} has a shorter key`);
    // The statement would find the row, but the unit would look for it in vain under any other spelling.
    if (column.codec.isId && part !== String(part).toLowerCase()) {
      throw new Defect(`ids are lower-case: ${String(part)}`);
    }
    return column.codec.toSql(part);
  }
}

/** What a statement has to know of a column. */
interface Column {
  /** Quoted. */
  readonly name: string;
  readonly databaseName: string;
  readonly property: string;
  readonly codec: ColumnCodec;
}

const columnOf = (column: ColumnMetadata, driver: MysqlDriver): Column => ({
  name: `\`${column.databaseName}\``,
  databaseName: column.databaseName,
  property: column.propertyName,
  codec: codecOf(column, driver),
});

function keyColumn(metadata: EntityMetadata, property: string): ColumnMetadata {
  const column = metadata.findColumnWithPropertyName(property);
  if (!column?.isPrimary) throw new Defect(`${metadata.name}.${property} is no primary key column`);
  return column;
}

const chunks = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, chunk) =>
    items.slice(chunk * size, (chunk + 1) * size),
  );
