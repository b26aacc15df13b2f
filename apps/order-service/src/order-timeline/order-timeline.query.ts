import { Query } from '@nestjs/cqrs';
import type { Caller } from '#libs/auth/caller.js';
import type { TimelineEntry } from '#libs/saga/timeline.js';

/** What happened to an order since it was accepted, and why. */
export class OrderTimeline extends Query<OrderTimelineAnswer> {
  constructor(
    readonly caller: Caller,
    readonly orderId: string,
  ) {
    super();
  }
}

export interface OrderTimelineAnswer {
  readonly items: readonly Pick<TimelineEntry, 'at' | 'kind' | 'step' | 'attempt' | 'messageId' | 'text'>[];
}
