import { Command } from '@nestjs/cqrs';
import type { Caller } from '#libs/kernel/caller.js';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import type { Answer, IdempotentRequest } from '../idempotency/idempotent.js';
import type { ExpectedVersions } from '../order-for-change.js';

/** Where an order has come, and what is to be recorded of it there. */
export type StatusChange =
  | { readonly status: 'SHIPPED'; readonly trackingNumber: string; readonly carrier?: string | undefined }
  | { readonly status: 'PREPARING' | 'OUT_FOR_DELIVERY' | 'DELIVERED' };

/** Set how far a confirmed order has come in the warehouse and on the road. */
export class ChangeOrderStatus extends Command<Answer<OrderDocument>> {
  constructor(
    readonly caller: Caller,
    readonly orderId: string,
    readonly change: StatusChange,
    readonly expectedVersions: ExpectedVersions,
    /** Null when the caller named no key. */
    readonly idempotency: IdempotentRequest | null,
  ) {
    super();
  }
}
