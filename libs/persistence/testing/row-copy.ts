import { getMetadataArgsStorage } from 'typeorm';
import { StatementRefused } from '../database/errors.js';
import type { AnyTable } from '../database/table.js';

type Row = Readonly<Record<string, unknown>>;

/**
 * The row as the columns keep it: JSON as JSON, unknown properties dropped, nothing shared with the row given. Documents
 * are frozen, so that {@link rowOutOf} can hand them out without another copy.
 * @throws StatementRefused for NULL where none may be.
 */
export const rowInto = (row: object, rowClass: AnyTable['row']): object =>
  copy(row as Row, rowClass, (value, { json, property, nullable }) => {
    if (value === null && !nullable && !json) {
      throw new StatementRefused(`${rowClass.name}.${property} cannot be null`);
    }
    return json ? frozen(JSON.parse(JSON.stringify(value))) : copyOfValue(value);
  });

/** The row for whoever loads it, who may change it. */
export const rowOutOf = (row: object, rowClass: AnyTable['row']): object =>
  copy(row as Row, rowClass, (value, { json }) => (json ? value : copyOfValue(value)));

function copy(
  row: Row,
  rowClass: AnyTable['row'],
  copyOf: (value: unknown, column: Column) => unknown,
): object {
  const made: Record<string, unknown> = {};
  for (const column of columnsOf(rowClass))
    made[column.property] = copyOf(row[column.property] ?? null, column);
  return made;
}

function copyOfValue(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Date) return new Date(value);
  return Buffer.isBuffer(value) ? Buffer.from(value) : structuredClone(value);
}

function frozen(value: unknown): unknown {
  if (value !== null && typeof value === 'object') {
    for (const member of Object.values(value)) frozen(member);
    Object.freeze(value);
  }
  return value;
}

interface Column {
  readonly property: string;
  readonly json: boolean;
  readonly nullable: boolean;
}

const columnsByRow = new WeakMap<AnyTable['row'], readonly Column[]>();

function columnsOf(row: AnyTable['row']): readonly Column[] {
  let columns = columnsByRow.get(row);
  if (!columns) {
    columns = getMetadataArgsStorage()
      .filterColumns(row)
      .map(({ propertyName, options }) => ({
        property: propertyName,
        json: options.type === 'json',
        nullable: options.nullable ?? false,
      }));
    columnsByRow.set(row, columns);
  }
  return columns;
}
