import { Command } from '@nestjs/cqrs';
import type { Caller } from '#libs/kernel/caller.js';
import type { Answer, IdempotentRequest } from '../../../commands/idempotency/idempotent.js';
import type { JobItem } from '../jobs/job-item.js';
import type { ParkedFilter } from '../parked-message-filter.js';
import type { MatchingMessages } from './act-on-many.dto.js';

export type ManyAction = 'redrive' | 'discard';

/** An operator asks which parked messages a filter means. */
export class PreviewMany extends Command<MatchingMessages> {
  constructor(readonly filter: ParkedFilter) {
    super();
  }
}

/** An operator wants all parked messages that a filter means redriven, or discarded. A worker does it. */
export class ActOnMany extends Command<Answer<JobItem>> {
  constructor(
    readonly caller: Caller,
    readonly action: ManyAction,
    readonly filter: ParkedFilter,
    readonly reason: string,
    /** Null when the caller sent no Idempotency-Key. */
    readonly idempotency: IdempotentRequest | null,
  ) {
    super();
  }
}
