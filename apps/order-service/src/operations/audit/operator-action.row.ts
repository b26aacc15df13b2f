import { Column, Entity } from 'typeorm';
import { JsonColumn, lockOrder, PrimaryIdColumn, tableOf, TimestampColumn } from '#libs/persistence/database';
import type { Change } from './changes.js';
import type { OperatorActionName } from './operator-action.js';

/** One thing that an operator did. Rows are only ever added. */
@Entity('operator_actions')
export class OperatorActionRow {
  @PrimaryIdColumn()
  id!: string;

  @TimestampColumn()
  at!: Date;

  /** `sub` of the operator's token. */
  @Column('varchar', { length: 64 })
  actor!: string;

  @Column('varchar', { length: 64 })
  action!: OperatorActionName;

  @Column('varchar', { length: 200 })
  target!: string;

  @Column('varchar', { length: 500 })
  reason!: string;

  /** What came of it, in a word or a short sentence. */
  @Column('varchar', { length: 255 })
  outcome!: string;

  /** Which data have changed, from what to what, without what operators are not shown; null: the action is not about data. */
  @JsonColumn({ nullable: true })
  changes!: readonly Change[] | null;

  /** Leads to the log lines of the request. */
  @Column('char', { length: 32, nullable: true })
  traceId!: string | null;
}

export const operatorActions = tableOf(OperatorActionRow, { key: 'id', lockOrder: lockOrder.operatorAction });
