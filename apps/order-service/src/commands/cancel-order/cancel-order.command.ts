import { Command } from '@nestjs/cqrs';
import type { Caller } from '#libs/kernel/caller.js';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import type { Answer, IdempotentRequest } from '../idempotency/idempotent.js';

/** Call an order off. Answers with the order as it stands then; what has to be given back follows. */
export class CancelOrder extends Command<Answer<OrderDocument>> {
  constructor(
    readonly caller: Caller,
    readonly orderId: string,
    readonly reason: string | null,
    /** The If-Match header. */
    readonly ifMatch: string | undefined,
    /** Null when the caller sent no Idempotency-Key. */
    readonly idempotency: IdempotentRequest | null,
  ) {
    super();
  }
}
