import { Command } from '@nestjs/cqrs';
import type { Caller } from '#libs/kernel/caller.js';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import type { Answer, IdempotentRequest } from '../idempotency/idempotent.js';
import type { ExpectedVersions } from '../order-for-change.js';

/** Call an order off. Answers with the order as it stands then; what has to be given back follows. */
export class CancelOrder extends Command<Answer<OrderDocument>> {
  constructor(
    readonly caller: Caller,
    readonly orderId: string,
    readonly reason: string | null,
    readonly expectedVersions: ExpectedVersions,
    /** Null when the caller named no key. */
    readonly idempotency: IdempotentRequest | null,
  ) {
    super();
  }
}
