import { Command } from '@nestjs/cqrs';
import type { Caller } from '#libs/kernel/caller.js';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import type { Answer, IdempotentRequest } from '../idempotency/idempotent.js';
import type { ChangeOrderStatusBody } from './change-order-status.dto.js';

/** Set how far a confirmed order has come in the warehouse and on the road. */
export class ChangeOrderStatus extends Command<Answer<OrderDocument>> {
  constructor(
    readonly caller: Caller,
    readonly orderId: string,
    readonly change: ChangeOrderStatusBody,
    /** The If-Match header. */
    readonly ifMatch: string | undefined,
    /** Null when the caller sent no Idempotency-Key. */
    readonly idempotency: IdempotentRequest | null,
  ) {
    super();
  }
}
