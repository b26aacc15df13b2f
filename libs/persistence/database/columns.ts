import { Column, PrimaryColumn, type ValueTransformer } from 'typeorm';
import { Defect } from '#libs/kernel/errors.js';
import { bytesToId, idToBytes } from '#libs/kernel/ids.js';

export interface ColumnOptions {
  /** Column name; default: the property's, in snake case. */
  readonly name?: string;
  readonly nullable?: boolean;
}

export const idTransformer: ValueTransformer = {
  to: (id: unknown) => (typeof id === 'string' ? idToBytes(id) : id),
  from: (bytes: Buffer | null) => (bytes === null ? null : bytesToId(bytes)),
};

const amountTransformer: ValueTransformer = {
  to: (amount: unknown) => (typeof amount === 'number' ? safeAmount(amount) : amount),
  // The driver hands out BIGINTs beyond 2^53 as text: money that would lose cents must not get in unnoticed.
  from: (amount: number | string | null) => (amount === null ? null : safeAmount(Number(amount))),
};

function safeAmount(amount: number): number {
  if (!Number.isSafeInteger(amount)) throw new Defect(`not a safe integer: ${amount}`);
  return amount;
}

/** BINARY(16) holding a UUID; a lower-case UUID string in the row. */
export const IdColumn = (options: ColumnOptions = {}): PropertyDecorator =>
  Column({ type: 'binary', length: 16, transformer: idTransformer, ...options });

/** {@link IdColumn} as (part of) the primary key. */
export const PrimaryIdColumn = (options: Pick<ColumnOptions, 'name'> = {}): PropertyDecorator =>
  PrimaryColumn({ type: 'binary', length: 16, transformer: idTransformer, ...options });

/** DATETIME(6) in UTC; a Date, hence whole milliseconds, in the row. */
export const TimestampColumn = (options: ColumnOptions = {}): PropertyDecorator =>
  Column({ type: 'datetime', precision: 6, ...options });

/**
 * A JSON document, stored and read back as a whole. Where it is nullable, null is SQL's NULL; otherwise JSON's null.
 */
export const JsonColumn = (options: ColumnOptions = {}): PropertyDecorator =>
  Column({ type: 'json', ...options });

/** BIGINT; a safe integer in the row. For money in minor units and for counts. @throws Defect beyond 2^53. */
export const AmountColumn = (options: ColumnOptions = {}): PropertyDecorator =>
  Column({ type: 'bigint', transformer: amountTransformer, ...options });
