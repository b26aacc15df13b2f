import { Column, Entity } from 'typeorm';
import { lockOrder, PrimaryIdColumn, tableOf, TimestampColumn } from '#libs/persistence/database';

/** Why there are more or fewer of a product than before. Never changed: all deltas of a product add up to its stock. */
@Entity('stock_adjustments')
export class StockAdjustmentRow {
  @PrimaryIdColumn()
  id!: string;

  @Column('varchar', { length: 64 })
  sku!: string;

  @Column('int')
  delta!: number;

  @Column('varchar', { length: 500 })
  reason!: string;

  /** Who did it: the subject of their token. */
  @Column('varchar', { length: 255 })
  adjustedBy!: string;

  @Column('int')
  availableAfter!: number;

  @TimestampColumn()
  adjustedAt!: Date;
}

export const stockAdjustments = tableOf(StockAdjustmentRow, { key: 'id', lockOrder: lockOrder.reservation });
