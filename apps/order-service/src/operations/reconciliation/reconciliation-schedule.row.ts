import { Column, Entity, PrimaryColumn } from 'typeorm';
import { IdColumn, lockOrder, tableOf, TimestampColumn } from '#libs/persistence/database';

/** The one row that says which run is the latest: whoever starts one locks it, so that there is one at a time. */
@Entity('reconciliation_schedule')
export class ReconciliationScheduleRow {
  @PrimaryColumn('varchar', { length: 20 })
  name!: string;

  @IdColumn()
  runId!: string;

  @Column('boolean')
  running!: boolean;

  @TimestampColumn()
  startedAt!: Date;
}

export const reconciliationSchedule = tableOf(ReconciliationScheduleRow, {
  key: 'name',
  lockOrder: lockOrder.reconciliationSchedule,
});

export const scheduleName = 'reconciliation';
