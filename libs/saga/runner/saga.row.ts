import { Column, Entity } from 'typeorm';
import {
  IdColumn,
  JsonColumn,
  PrimaryIdColumn,
  TimestampColumn,
} from '#libs/persistence/database/columns.js';
import { lockOrder, tableOf } from '#libs/persistence/database/table.js';
import { waitingCall, type Call, type SagaInstance, type SagaStatus } from '../engine/instance.js';
import type { Attention } from '../engine/attention.js';
import type { Reason } from '../definition/reason.js';

/** One saga instance. Its timer is `deadlineAt` with `revision`: see deadline-poller.ts. */
@Entity('sagas')
export class SagaRow {
  @PrimaryIdColumn()
  id!: string;

  @Column('varchar', { length: 64 })
  saga!: string;

  @Column('int', { unsigned: true })
  version!: number;

  @IdColumn()
  subject!: string;

  @Column('int', { unsigned: true })
  revision!: number;

  @Column('varchar', { length: 20 })
  status!: SagaStatus;

  /** The step whose command, or compensation, is waited for; null when the saga is over. For people and metrics. */
  @Column('varchar', { length: 64, nullable: true })
  step!: string | null;

  @JsonColumn()
  data!: unknown;

  @JsonColumn({ nullable: true })
  reason!: Reason | null;

  @JsonColumn({ nullable: true })
  attention!: Attention | null;

  @JsonColumn()
  calls!: readonly Call[];

  @TimestampColumn()
  startedAt!: Date;

  @TimestampColumn({ nullable: true })
  finishedAt!: Date | null;

  @TimestampColumn({ nullable: true })
  deadlineAt!: Date | null;
}

export const sagas = tableOf(SagaRow, { key: 'id', lockOrder: lockOrder.saga });

export const rowOfInstance = (instance: SagaInstance): SagaRow => ({
  ...instance,
  step: waitingCall(instance)?.step ?? null,
});

export const instanceOfRow = ({ step: _, ...instance }: SagaRow): SagaInstance => instance;
