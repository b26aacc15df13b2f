import { Command } from '@nestjs/cqrs';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import type { Answer, IdempotentRequest } from '../idempotency/idempotent.js';
import type { PlaceOrderBody } from './place-order.dto.js';

/** Accept an order and begin to fulfil it. Answers with the order as it was accepted. */
export class PlaceOrder extends Command<Answer<OrderDocument>> {
  constructor(
    /** Who asks: a client order id is unique per caller. */
    readonly caller: string,
    readonly customerId: string,
    readonly request: PlaceOrderBody,
    /** Null when the caller sent no Idempotency-Key. */
    readonly idempotency: IdempotentRequest | null,
  ) {
    super();
  }
}
