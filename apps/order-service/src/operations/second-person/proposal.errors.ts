import { Refusal } from '#libs/kernel/errors.js';
import type { ProposalState } from './proposal-item.js';

export class ProposalNotFound extends Refusal {
  constructor(id: string) {
    super('proposal-not-found', `there is no proposal ${id}`);
  }
}

/** Confirmed, rejected or expired: by whoever was first. */
export class ProposalSettled extends Refusal {
  constructor(id: string, state: ProposalState) {
    super('proposal-settled', `the proposal ${id} is ${state}`, { state });
  }
}

/** Under another role or spelling, too. */
export class OwnProposal extends Refusal {
  constructor(id: string) {
    super('own-proposal', `the proposal ${id} is yours; somebody else has to confirm it`);
  }
}

/** What was proposed is not what would be done now. */
export class ProposalOutdated extends Refusal {
  constructor(id: string) {
    super('proposal-outdated', `what the proposal ${id} is about has changed since; it has to be made again`);
  }
}
