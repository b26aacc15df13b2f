import { Column, Entity } from 'typeorm';
import {
  IdColumn,
  JsonColumn,
  lockOrder,
  PrimaryIdColumn,
  tableOf,
  TimestampColumn,
} from '#libs/persistence/database';

/**
 * `asking`: participants list what they have, page by page. `orders`: orders are compared with it. `items`: what was
 * listed is searched for what no order knows.
 */
export const runStates = ['asking', 'orders', 'items', 'finished', 'failed'] as const;
export type RunState = (typeof runStates)[number];

/** What participants list: each a book of its own, the provider's among them. */
export const books = ['reservations', 'payments', 'charges'] as const;
export type Book = (typeof books)[number];

export interface Listing {
  /** The page that is waited for, from 1. */
  readonly page: number;
  /** Where it begins, as the participant said. */
  readonly after: string | null;
  readonly done: boolean;
}

/** One comparison of orders, payments and reservations. */
@Entity('reconciliation_runs')
export class ReconciliationRunRow {
  @PrimaryIdColumn()
  id!: string;

  @Column('varchar', { length: 10 })
  state!: RunState;

  /** `sub` of an operator's token, or `schedule`. */
  @Column('varchar', { length: 64 })
  startedBy!: string;

  /** Orders that were placed before are left out; null: none are. */
  @TimestampColumn({ nullable: true })
  since!: Date | null;

  @TimestampColumn()
  startedAt!: Date;

  @TimestampColumn({ nullable: true })
  endedAt!: Date | null;

  /** When a worker looks after it: to ask again, or to go on with what another has left. Null: it is over. */
  @TimestampColumn({ nullable: true })
  dueAt!: Date | null;

  /** How often the page that is waited for was asked for. */
  @Column('int', { unsigned: true })
  attempts!: number;

  /** How far each of the books has been listed. */
  @JsonColumn()
  listings!: Readonly<Record<Book, Listing>>;

  /** The last order, or item, that has been compared. */
  @IdColumn({ nullable: true })
  comparedTo!: string | null;

  /** Payments and reservations that were listed. */
  @Column('int', { unsigned: true })
  items!: number;

  /** Orders that were compared. */
  @Column('int', { unsigned: true })
  orders!: number;

  @Column('int', { unsigned: true })
  findings!: number;

  @Column('varchar', { length: 255, nullable: true })
  failure!: string | null;
}

export const reconciliationRuns = tableOf(ReconciliationRunRow, {
  key: 'id',
  lockOrder: lockOrder.reconciliationRun,
});
