import { Column, Entity } from 'typeorm';
import {
  AmountColumn,
  IdColumn,
  lockOrder,
  PrimaryIdColumn,
  tableOf,
  TimestampColumn,
} from '#libs/persistence/database';
import type { FindingKind, Fix } from '../../domain/reconciliation.js';

/** For readers, who know rows and not rules. */
export { findingKinds } from '../../domain/reconciliation.js';

/** `gone`: a later run looked, and it was not so any more. */
export const findingStates = ['open', 'fixing', 'ignored', 'gone'] as const;
export type FindingState = (typeof findingStates)[number];

/** Something that does not add up. Its id follows from its kind and what it is about: found again, it is the same one. */
@Entity('reconciliation_findings')
export class ReconciliationFindingRow {
  @PrimaryIdColumn()
  id!: string;

  @Column('varchar', { length: 30 })
  kind!: FindingKind;

  @Column('varchar', { length: 10 })
  state!: FindingState;

  /** The payment, the reservation or the order that it is about. */
  @IdColumn()
  itemId!: string;

  /** As the participant named it; where that is no id, nothing can be fixed by message. */
  @Column('varchar', { length: 255 })
  orderId!: string;

  @IdColumn({ nullable: true })
  paymentId!: string | null;

  @IdColumn({ nullable: true })
  reservationId!: string | null;

  @AmountColumn({ nullable: true })
  amountMinor!: number | null;

  @Column('char', { length: 3, nullable: true })
  currency!: string | null;

  @Column('int', { unsigned: true, nullable: true })
  pieces!: number | null;

  @Column('varchar', { length: 10, nullable: true })
  fix!: Fix | null;

  @Column('varchar', { length: 500 })
  detail!: string;

  /** The run that saw it last. */
  @IdColumn()
  runId!: string;

  @TimestampColumn()
  firstSeenAt!: Date;

  @TimestampColumn()
  lastSeenAt!: Date;
}

export const reconciliationFindings = tableOf(ReconciliationFindingRow, {
  key: 'id',
  lockOrder: lockOrder.reconciliationFinding,
});
