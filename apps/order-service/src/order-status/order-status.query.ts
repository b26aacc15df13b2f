import { Query } from '@nestjs/cqrs';
import type { Caller } from '#libs/auth/caller.js';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import type { ConsistencyToken } from '../order-view/consistency-token.js';

/** How an order stands, for a page that asks again and again. */
export class OrderStatusQuery extends Query<OrderStatusAnswer> {
  constructor(
    readonly caller: Caller,
    readonly orderId: string,
    readonly token: ConsistencyToken | null,
  ) {
    super();
  }
}

export interface OrderStatusAnswer {
  readonly orderId: string;
  readonly status: OrderDocument['status'];
  readonly reason: OrderDocument['reason'];
  /** The step that the order's saga is at; null when the saga is over. */
  readonly step: string | null;
  readonly version: number;
  readonly updatedAt: string;
}
