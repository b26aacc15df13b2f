import { Column, Entity, PrimaryColumn } from 'typeorm';
import { AmountColumn, lockOrder, tableOf, TimestampColumn } from '#libs/persistence/database';

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
