import { Query } from '@nestjs/cqrs';
import { z } from 'zod';
import type { Caller } from '#libs/kernel/caller.js';
import { order } from '#libs/contracts/order/order.messages.js';
import type { ConsistencyToken } from '../../http/consistency-token.js';

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

export const orderStatusAnswer = z
  .object({
    orderId: order.shape.id,
    status: order.shape.status,
    reason: order.shape.reason,
    step: z
      .string()
      .nullable()
      .describe("The step that the order's saga waits at; null when the saga is over."),
    version: order.shape.version,
    updatedAt: order.shape.updatedAt,
  })
  .meta({ id: 'OrderStatus' });
export type OrderStatusAnswer = z.infer<typeof orderStatusAnswer>;
