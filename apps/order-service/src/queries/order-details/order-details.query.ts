import { Query } from '@nestjs/cqrs';
import type { Caller } from '#libs/kernel/caller.js';
import { z } from 'zod';
import { order, orderStatuses } from '#libs/contracts/order/order.messages.js';
import type { ConsistencyToken } from '../../http/consistency-token.js';

/** One order, as whoever asks may see it. */
export class OrderDetails extends Query<OrderDetailsAnswer> {
  constructor(
    readonly caller: Caller,
    readonly orderId: string,
    readonly token: ConsistencyToken | null,
  ) {
    super();
  }
}

export const orderDetailsAnswer = order
  .extend({
    nextStatuses: z
      .array(z.enum(orderStatuses))
      .describe(
        'What the order may become at your request: CANCELLING (or REJECTED while it is PENDING) by cancelling it, ' +
          'the others by setting its status.',
      ),
  })
  .meta({ id: 'OrderDetails' });
export type OrderDetailsAnswer = z.infer<typeof orderDetailsAnswer>;
