import { Column, Entity, PrimaryColumn } from 'typeorm';
import { AmountColumn, TimestampColumn } from '#libs/persistence/database/columns.js';
import { lockOrder, tableOf } from '#libs/persistence/database/table.js';

@Entity('products')
export class ProductRow {
  @PrimaryColumn('varchar', { length: 64 })
  sku!: string;

  @Column('varchar', { length: 200 })
  name!: string;

  @Column('varchar', { length: 64 })
  sellerId!: string;

  @AmountColumn()
  priceMinor!: number;

  @Column('char', { length: 3 })
  currency!: string;

  @Column('double')
  discountPercent!: number;

  @Column('boolean')
  active!: boolean;

  @Column('int', { unsigned: true })
  version!: number;

  @TimestampColumn()
  createdAt!: Date;

  @TimestampColumn()
  updatedAt!: Date;
}

export const products = tableOf(ProductRow, { key: 'sku', lockOrder: lockOrder.product });
