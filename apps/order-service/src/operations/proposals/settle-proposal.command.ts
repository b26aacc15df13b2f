import { Command } from '@nestjs/cqrs';
import type { Caller } from '#libs/kernel/caller.js';
import type { Answer, IdempotentRequest } from '../../commands/idempotency/idempotent.js';
import type { ProposalAnswer } from './settle-proposal.dto.js';

/** A second person wants done what a first one has proposed. */
export class ConfirmProposal extends Command<Answer<ProposalAnswer>> {
  constructor(
    readonly caller: Caller,
    readonly id: string,
    readonly request: { readonly reason: string; readonly preview: boolean },
    readonly idempotency: IdempotentRequest | null,
  ) {
    super();
  }
}

/** Somebody, who may be the one who proposed it, does not want it done. */
export class RejectProposal extends Command<Answer<ProposalAnswer>> {
  constructor(
    readonly caller: Caller,
    readonly id: string,
    readonly reason: string,
    readonly idempotency: IdempotentRequest | null,
  ) {
    super();
  }
}
