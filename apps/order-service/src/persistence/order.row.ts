import { Column, Entity } from 'typeorm';
import {
  AmountColumn,
  JsonColumn,
  lockOrder,
  PrimaryIdColumn,
  tableOf,
  TimestampColumn,
} from '#libs/persistence/database';
import type { Order } from '../domain/order.js';

/**
 * The order on the write side: one row, because it is read, decided on and written as one. What is read from outside the
 * order (its state, whose it is, what it costs) has columns; what only the order itself reads is a document.
 */
@Entity('orders')
export class OrderRow {
  @PrimaryIdColumn()
  id!: string;

  @Column('varchar', { length: 20 })
  number!: string;

  @Column('varchar', { length: 64 })
  customerId!: string;

  @Column('varchar', { length: 64, nullable: true })
  clientOrderId!: string | null;

  @Column('varchar', { length: 20 })
  status!: Order['status'];

  @Column('int', { unsigned: true })
  version!: number;

  @Column('char', { length: 3 })
  currency!: string;

  @AmountColumn()
  totalMinor!: number;

  @JsonColumn()
  details!: OrderDetails;

  @TimestampColumn()
  createdAt!: Date;

  @TimestampColumn()
  updatedAt!: Date;
}

/** The order's own part of the row. Amounts are in minor units of the order's currency. */
export interface OrderDetails {
  /** Decimals that the currency had when this was written; absent in older rows: those that it has now. */
  readonly minorUnits?: number;
  readonly lines: readonly (Omit<Order['lines'][number], 'unitPrice'> & {
    readonly unitPriceMinor: number;
  })[];
  readonly subtotalMinor: number;
  readonly discountMinor: number;
  readonly shippingAddress: Order['shippingAddress'];
  readonly payment: Order['payment'];
  readonly reason: Order['reason'];
  readonly shipments: readonly (Omit<Order['shipments'][number], 'at'> & { readonly at: string })[];
  /** Absent in rows from before there were any. */
  readonly requests?: readonly (Omit<Order['requests'][number], 'at'> & { readonly at: string })[];
  readonly note: string | null;
  readonly attributes: Order['attributes'];
}

export const orders = tableOf(OrderRow, { key: 'id', lockOrder: lockOrder.order });
