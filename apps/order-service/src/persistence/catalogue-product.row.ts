import { Column, Entity, PrimaryColumn } from 'typeorm';
import { AmountColumn, lockOrder, tableOf, TimestampColumn } from '#libs/persistence/database';

/** Our copy of a product of inventory-service, so that placing an order asks nobody. */
@Entity('catalogue_products')
export class CatalogueProductRow {
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

  /** Of the product at inventory-service; an event with an older one changes nothing. */
  @Column('int', { unsigned: true })
  version!: number;

  @TimestampColumn()
  updatedAt!: Date;
}

export const catalogueProducts = tableOf(CatalogueProductRow, { key: 'sku', lockOrder: lockOrder.product });
