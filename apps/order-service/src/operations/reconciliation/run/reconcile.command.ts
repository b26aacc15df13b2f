import { Command } from '@nestjs/cqrs';
import type { Caller } from '#libs/kernel/caller.js';
import type { Answer, IdempotentRequest } from '../../../commands/idempotency/idempotent.js';
import type { Confirms, Proposed } from '../../second-person/proposable.js';
import type { FindingAnswer, RunStarted } from './reconciliation.dto.js';

/** Compare orders with what participants have. */
export class StartReconciliation extends Command<Answer<RunStarted>> {
  constructor(
    readonly caller: Caller,
    readonly since: Date | null,
    readonly reason: string,
    readonly idempotency: IdempotentRequest | null,
  ) {
    super();
  }
}

/** Fix a finding, or leave it alone. */
export class DealWithFinding extends Command<Answer<FindingAnswer | Proposed>> {
  constructor(
    readonly caller: Caller,
    readonly findingId: string,
    readonly action: 'fix' | 'ignore',
    readonly request: { readonly reason: string; readonly preview: boolean },
    readonly idempotency: IdempotentRequest | null,
    /** The proposal that a second person confirms. */
    readonly confirms: Confirms | null = null,
  ) {
    super();
  }
}
