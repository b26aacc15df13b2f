import { Column, Entity, PrimaryColumn } from 'typeorm';
import { lockOrder, tableOf, TimestampColumn } from '#libs/persistence/database';

/** How many there are of a product: the row that buyers queue up for. Hence apart from the product, and narrow. */
@Entity('stock')
export class StockRow {
  @PrimaryColumn('varchar', { length: 64 })
  sku!: string;

  @Column('int')
  available!: number;

  @Column('int')
  reserved!: number;

  @Column('int')
  sold!: number;

  @Column('int', { unsigned: true })
  version!: number;

  @TimestampColumn()
  updatedAt!: Date;
}

export const stocks = tableOf(StockRow, { key: 'sku', lockOrder: lockOrder.stock });
