import { lock, type UnitOfWork } from '#libs/persistence/unit-of-work';
import { openProposal } from '../second-person/proposable.js';
import { proposals } from '../second-person/proposal.row.js';
import type { ProposalAnswer } from './settle-proposal.dto.js';

/** Ends a proposal without its being done. @throws ProposalNotFound, ProposalSettled */
export const rejectProposal = (id: string, by: string): UnitOfWork<ProposalAnswer> => ({
  name: 'reject-proposal',
  load: [lock(proposals, id)],
  decide: (work) => {
    const row = openProposal(work, id);
    work.update(proposals, { ...row, state: 'rejected', settledBy: by, settledAt: work.now });
    return { id, preview: false, text: 'It will not be done.' };
  },
});
