import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { MysqlDriver } from 'typeorm/driver/mysql/MysqlDriver.js';
import { Defect } from '#libs/kernel/errors.js';
import { bytesToId, idToBytes } from '#libs/kernel/ids.js';
import { idTransformer } from './columns.js';
import { bytesLiteral, textLiteral, timeLiteral } from './sql-literal.js';

/** How the values of one column are written into statements and read from results. */
export interface ColumnCodec {
  readonly isId: boolean;
  /** @throws Defect for what the column cannot hold. */
  readonly toSql: (value: unknown) => string;
  readonly fromDatabase: (raw: unknown) => unknown;
}

/**
 * Chosen once per column. TypeORM works out anew what to do for each value, and the driver for each result: with hundreds
 * of values per group that was a tenth of the time. Types that are rare here still go through TypeORM.
 */
export function codecOf(column: ColumnMetadata, driver: MysqlDriver): ColumnCodec {
  const { type, transformer, isNullable } = column;
  const nullLiteral = type === 'json' && !isNullable ? "'null'" : 'NULL';
  const refuse = (value: unknown): never => {
    throw new Defect(
      `${column.entityMetadata.name}.${column.propertyName} cannot be ${String(value).slice(0, 80)}`,
    );
  };
  const literal = literalOf(refuse);
  const isId = transformer === idTransformer;
  const known = isId ? idConversion(refuse) : transformer ? undefined : plainConversion(column, literal);
  const { toSql, fromDatabase } = known ?? {
    toSql: (value) => literal(driver.preparePersistentValue(value, column)),
    fromDatabase: (raw) => driver.prepareHydratedValue(raw, column) as unknown,
  };
  return { isId, toSql: (value) => (value == null ? nullLiteral : toSql(value)), fromDatabase };
}

type Conversion = Omit<ColumnCodec, 'isId'>;

/** @param refuse what the driver would write as it is, or as a list. */
const literalOf =
  (refuse: (value: unknown) => never) =>
  (value: unknown): string => {
    if (typeof value === 'string') return textLiteral(value);
    if (typeof value === 'number') return Number.isFinite(value) ? String(value) : refuse(value);
    if (typeof value === 'boolean') return value ? '1' : '0';
    if (Buffer.isBuffer(value)) return bytesLiteral(value);
    if (value instanceof Date && !Number.isNaN(value.getTime())) return timeLiteral(value);
    return value == null ? 'NULL' : refuse(value);
  };

const idConversion = (refuse: (value: unknown) => never): Conversion => ({
  toSql: (id) => (typeof id === 'string' ? bytesLiteral(idToBytes(id)) : refuse(id)),
  fromDatabase: (bytes) => (bytes == null ? null : bytesToId(bytes as Buffer)),
});

/** Columns whose values TypeORM leaves as they are, or changes in a simple way. */
function plainConversion(
  { type }: ColumnMetadata,
  literal: (value: unknown) => string,
): Conversion | undefined {
  if (type === 'json') {
    return {
      toSql: (value) => textLiteral(JSON.stringify(value)),
      fromDatabase: (text) => (text == null ? text : (JSON.parse(text as string) as unknown)),
    };
  }
  if (type === 'boolean')
    return { toSql: literal, fromDatabase: (raw) => (raw == null ? raw : Boolean(raw)) };
  return asItIs.has(String(type)) ? { toSql: literal, fromDatabase: (raw) => raw } : undefined;
}

const asItIs: ReadonlySet<string> = new Set([
  'varchar',
  'char',
  'mediumtext',
  'binary',
  'mediumblob',
  'int',
  'smallint',
  'double',
  'datetime',
]);
