import type { ObjectType } from 'typeorm';

/**
 * A table that units of work load from and write to. `Row` is a TypeORM row class (`*.row.ts`), `Key` its primary key:
 * a string or number, or a tuple for a composite key.
 */
export interface Table<Row, Key> {
  readonly row: ObjectType<Row>;
  /** Property names of the primary key, in index order. */
  readonly key: readonly (keyof Row & string)[];
  /** Position in the one order in which locks are taken; see {@link lockOrder}. */
  readonly lockOrder: number;
  readonly keyOf: (row: Row) => Key;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- one of many, of whatever rows and keys
export type AnyTable = Table<any, any>;

/** The one fixed order in which locks are taken everywhere; two units that follow it cannot deadlock over these. */
export const lockOrder = {
  inbox: 10,
  idempotencyKey: 20,
  orderReference: 25,
  operatorProposal: 26,
  operatorJob: 27,
  parkedMessage: 28,
  parkedBody: 29,
  order: 30,
  payment: 30,
  reservation: 30,
  reconciliationSchedule: 31,
  reconciliationRun: 32,
  reconciliationItem: 33,
  reconciliationFinding: 34,
  saga: 40,
  sagaTimeline: 45,
  stock: 50,
  product: 55,
  view: 60,
  counter: 70,
  operatorAction: 80,
  outbox: 90,
} as const;

/** Describes the table of a row class with one key column. */
export function tableOf<Row, K extends keyof Row & string>(
  row: ObjectType<Row>,
  options: { key: K; lockOrder: number },
): Table<Row, Row[K]> {
  return { row, key: [options.key], lockOrder: options.lockOrder, keyOf: (value) => value[options.key] };
}

/** Describes the table of a row class whose key has two columns. */
export function tableOfPair<Row, A extends keyof Row & string, B extends keyof Row & string>(
  row: ObjectType<Row>,
  options: { key: readonly [A, B]; lockOrder: number },
): Table<Row, readonly [Row[A], Row[B]]> {
  const [first, second] = options.key;
  return {
    row,
    key: options.key,
    lockOrder: options.lockOrder,
    keyOf: (value) => [value[first], value[second]],
  };
}
