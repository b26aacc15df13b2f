import { Command } from '@nestjs/cqrs';
import type { Caller } from '#libs/kernel/caller.js';
import type { Answer, IdempotentRequest } from '../../../commands/idempotency/idempotent.js';
import type { SagaAction } from './saga-action.js';
import type { Confirms, Proposed } from '../../second-person/proposable.js';
import type { SagaActionAnswer } from './act-on-saga.dto.js';

/** An operator wants a saga to retry, to compensate, or to take its command as done by hand. */
export class ActOnSaga extends Command<Answer<SagaActionAnswer | Proposed>> {
  constructor(
    readonly caller: Caller,
    readonly sagaId: string,
    readonly action: SagaAction,
    readonly reason: string,
    readonly options: {
      /** Say what would happen, and do nothing. */
      readonly preview: boolean;
      /** Of the saga as the operator saw it; undefined: however it is. */
      readonly ifMatch: string | undefined;
      /** Null when the caller sent no Idempotency-Key. */
      readonly idempotency: IdempotentRequest | null;
      /** The proposal that a second person confirms. */
      readonly confirms?: Confirms;
    },
  ) {
    super();
  }
}
