import { Column, Entity, PrimaryColumn } from 'typeorm';
import { JsonColumn, PrimaryIdColumn } from '#libs/persistence/database/columns.js';
import { lockOrder, tableOfPair } from '#libs/persistence/database/table.js';
import type { TimelineEntry } from '../engine/timeline.js';

/** What one decision added to the timeline of a saga. Rows are only ever added. */
@Entity('saga_timeline')
export class SagaTimelineRow {
  @PrimaryIdColumn()
  sagaId!: string;

  @PrimaryColumn('int', { unsigned: true })
  revision!: number;

  /** The definition's name, so that what was committed can be counted without a look at the saga. */
  @Column('varchar', { length: 64 })
  saga!: string;

  @JsonColumn()
  entries!: readonly TimelineEntry[];
}

export const sagaTimeline = tableOfPair(SagaTimelineRow, {
  key: ['sagaId', 'revision'],
  lockOrder: lockOrder.sagaTimeline,
});
