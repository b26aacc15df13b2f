import { Command } from '@nestjs/cqrs';
import type { Caller } from '#libs/kernel/caller.js';
import type { JsonObject } from '#libs/kernel/json.js';
import type { Answer, IdempotentRequest } from '../../../commands/idempotency/idempotent.js';
import type { Confirms, Proposed } from '../../second-person/proposable.js';
import type { ParkedMessageActionAnswer } from './act-on-parked-message.dto.js';

export type ParkedMessageActing =
  { readonly action: 'redrive' | 'discard' } | { readonly action: 'edit'; readonly data: JsonObject };

/** An operator wants a parked message to go back to its queue, to have other data, or to be done with. */
export class ActOnParkedMessage extends Command<Answer<ParkedMessageActionAnswer | Proposed>> {
  constructor(
    readonly caller: Caller,
    readonly id: string,
    readonly acting: ParkedMessageActing,
    readonly reason: string,
    readonly options: {
      /** Say what would happen, and do nothing. */
      readonly preview: boolean;
      /** Null when the caller sent no Idempotency-Key. */
      readonly idempotency: IdempotentRequest | null;
      /** The proposal that a second person confirms. */
      readonly confirms?: Confirms;
    },
  ) {
    super();
  }
}
