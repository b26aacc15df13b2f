import { Column, Entity, PrimaryColumn } from 'typeorm';
import { lockOrder, tableOf } from '#libs/persistence/database';

/** How many orders a customer has: kept because counting millions for a page number would take too long. */
@Entity('customer_order_counts')
export class CustomerOrderCountRow {
  @PrimaryColumn('varchar', { length: 64 })
  customerId!: string;

  @Column('int', { unsigned: true })
  orders!: number;
}

export const customerOrderCounts = tableOf(CustomerOrderCountRow, {
  key: 'customerId',
  lockOrder: lockOrder.counter,
});
