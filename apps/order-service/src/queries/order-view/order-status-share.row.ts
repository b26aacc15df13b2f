import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OrderStatus } from '#libs/contracts/order/order.messages.js';
import { random } from '#libs/kernel/chance.js';
import { lockOrder, tableOfPair } from '#libs/persistence/database';

/**
 * One writer's share in how many orders are shown in a status, negative where orders leave what another has counted. Kept
 * because counting millions at every scrape would take too long; in rows of the writer's own because every order is counted,
 * and a process that stopped while it held a shared row would stop all others.
 */
@Entity('order_status_shares')
export class OrderStatusShareRow {
  @PrimaryColumn('smallint', { unsigned: true })
  writer!: number;

  @PrimaryColumn('varchar', { length: 20 })
  status!: OrderStatus;

  @Column('int')
  orders!: number;
}

export const orderStatusShares = tableOfPair(OrderStatusShareRow, {
  key: ['writer', 'status'],
  lockOrder: lockOrder.counter,
});

/** Few enough that the rows stay few, many enough that two processes seldom share one. */
const writers = 64;

export const anyWriter = (): number => Math.floor(random() * writers);
