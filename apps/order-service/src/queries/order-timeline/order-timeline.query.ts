import { Query } from '@nestjs/cqrs';
import { z } from 'zod';
import type { Caller } from '#libs/kernel/caller.js';
import { timestamp } from '#libs/contracts/shapes.js';

/** What happened to an order since it was accepted, and why. */
export class OrderTimeline extends Query<OrderTimelineAnswer> {
  constructor(
    readonly caller: Caller,
    readonly orderId: string,
  ) {
    super();
  }
}

export const orderTimelineAnswer = z
  .object({
    items: z.array(
      z.object({
        at: timestamp,
        kind: z.string(),
        step: z.string().nullable(),
        attempt: z.number().nullable(),
        messageId: z.string().nullable(),
        text: z.string().describe('A sentence for people.'),
      }),
    ),
  })
  .meta({ id: 'OrderTimeline' });
export type OrderTimelineAnswer = z.infer<typeof orderTimelineAnswer>;
