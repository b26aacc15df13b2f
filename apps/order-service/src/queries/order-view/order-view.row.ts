import { Column, Entity, Index } from 'typeorm';
import type { OrderDocument, OrderStatus } from '#libs/contracts/order/order.messages.js';
import {
  AmountColumn,
  JsonColumn,
  lockOrder,
  PrimaryIdColumn,
  tableOf,
  TimestampColumn,
} from '#libs/persistence/database';

/** The newest state of an order that has reached the read side. */
@Entity('order_views')
@Index(['customerId', 'createdAt', 'id'])
export class OrderViewRow {
  @PrimaryIdColumn()
  id!: string;

  @Column('varchar', { length: 64 })
  customerId!: string;

  @Column('varchar', { length: 20 })
  status!: OrderStatus;

  @Column('int', { unsigned: true })
  version!: number;

  @Column('char', { length: 3 })
  currency!: string;

  @AmountColumn()
  totalMinor!: number;

  @JsonColumn()
  document!: OrderDocument;

  @TimestampColumn()
  createdAt!: Date;

  @TimestampColumn()
  updatedAt!: Date;
}

export const orderViews = tableOf(OrderViewRow, { key: 'id', lockOrder: lockOrder.view });
