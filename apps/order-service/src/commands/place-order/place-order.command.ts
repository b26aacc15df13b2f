import { Command } from '@nestjs/cqrs';
import type { Caller } from '#libs/kernel/caller.js';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import type { Address, PaymentMethod } from '../../domain/order.js';
import type { Attributes } from '../../domain/order-line.js';
import type { RequestedLine } from '../../domain/pricing.js';
import type { Answer, IdempotentRequest } from '../idempotency/idempotent.js';

/** What somebody orders, by whichever door they come. */
export interface RequestedOrder {
  /** The caller's own reference: unique per caller. */
  readonly clientOrderId: string | null;
  /** Null: the currency of the products. */
  readonly currency: string | null;
  readonly lines: readonly RequestedLine[];
  readonly shippingAddress: Address;
  readonly payment: {
    readonly method: PaymentMethod;
    /** From the payment provider. Null: what it keeps for the customer. */
    readonly token: string | null;
  };
  readonly note: string | null;
  readonly attributes: Attributes;
}

/** Accept an order and begin to fulfil it. Answers with the order as it was accepted. */
export class PlaceOrder extends Command<Answer<OrderDocument>> {
  constructor(
    readonly caller: Caller,
    readonly customerId: string,
    readonly requested: RequestedOrder,
    /** Null when the caller named no key. */
    readonly idempotency: IdempotentRequest | null,
  ) {
    super();
  }
}
