import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OrderStatus } from '#libs/contracts/order/order.messages.js';
import { lockOrder, tableOf } from '#libs/persistence/table.js';

/** How many orders are shown in a status: kept, because counting millions at every scrape does not end. */
@Entity('order_status_counts')
export class OrderStatusCountRow {
  @PrimaryColumn('varchar', { length: 20 })
  status!: OrderStatus;

  @Column('int', { unsigned: true })
  orders!: number;
}

export const orderStatusCounts = tableOf(OrderStatusCountRow, {
  key: 'status',
  lockOrder: lockOrder.counter,
});
