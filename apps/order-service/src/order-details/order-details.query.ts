import { Query } from '@nestjs/cqrs';
import type { Caller } from '#libs/auth/caller.js';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import type { ConsistencyToken } from '../order-view/consistency-token.js';

/** One order, as whoever asks may see it. */
export class OrderDetails extends Query<OrderDocument> {
  constructor(
    readonly caller: Caller,
    readonly orderId: string,
    readonly token: ConsistencyToken | null,
  ) {
    super();
  }
}
