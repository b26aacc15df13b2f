import { Entity, PrimaryColumn } from 'typeorm';
import { IdColumn, lockOrder, tableOfPair, TimestampColumn } from '#libs/persistence/database';

/** A caller's own name for an order. Never deleted: a reference is used once, for ever. */
@Entity('order_references')
export class OrderReferenceRow {
  @PrimaryColumn('varchar', { length: 64 })
  caller!: string;

  @PrimaryColumn('varchar', { length: 64 })
  clientOrderId!: string;

  @IdColumn()
  orderId!: string;

  @TimestampColumn()
  createdAt!: Date;
}

export const orderReferences = tableOfPair(OrderReferenceRow, {
  key: ['caller', 'clientOrderId'],
  lockOrder: lockOrder.orderReference,
});
