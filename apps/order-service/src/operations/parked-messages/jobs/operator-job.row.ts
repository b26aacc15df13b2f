import { Column, Entity } from 'typeorm';
import {
  IdColumn,
  JsonColumn,
  lockOrder,
  PrimaryIdColumn,
  tableOf,
  TimestampColumn,
} from '#libs/persistence/database';
import type { ParkedFilter, ParkedKey } from '../parked-message-filter.js';

export const jobKinds = ['parked-redrive', 'parked-discard'] as const;
export type JobKind = (typeof jobKinds)[number];

export const jobStates = ['running', 'finished'] as const;
export type JobState = (typeof jobStates)[number];

/** Something that an operator asked for and that takes long; a worker does it batch by batch. */
@Entity('operator_jobs')
export class OperatorJobRow {
  @PrimaryIdColumn()
  id!: string;

  @Column('varchar', { length: 32 })
  kind!: JobKind;

  @JsonColumn()
  filter!: ParkedFilter;

  /** Those that matched when the job was asked for. */
  @Column('int', { unsigned: true })
  total!: number;

  @Column('int', { unsigned: true })
  done!: number;

  /** Those for which it could not be done; they are as they were. */
  @Column('int', { unsigned: true })
  failed!: number;

  @Column('varchar', { length: 8 })
  state!: JobState;

  @Column('varchar', { length: 64 })
  actor!: string;

  /** Also does what would take a second person one by one: an admin asked for it. */
  @Column('boolean')
  alone!: boolean;

  @Column('varchar', { length: 500 })
  reason!: string;

  /** How far it has come; null: not begun. */
  @JsonColumn({ nullable: true })
  position!: ParkedKey | null;

  /** The worker that may go on with it until {@link leaseUntil}; after that, any may claim it. */
  @IdColumn({ nullable: true })
  owner!: string | null;

  /** Grows with every claim: who lost a lease without noticing does nothing any more. */
  @Column('int', { unsigned: true })
  fence!: number;

  @TimestampColumn()
  leaseUntil!: Date;

  @TimestampColumn()
  createdAt!: Date;

  @TimestampColumn()
  updatedAt!: Date;

  @TimestampColumn({ nullable: true })
  finishedAt!: Date | null;
}

export const operatorJobs = tableOf(OperatorJobRow, { key: 'id', lockOrder: lockOrder.operatorJob });
