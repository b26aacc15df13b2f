import { z } from 'zod';
import { operatorRequest } from '../audit/operator-request.js';

const { reason } = operatorRequest;

export const confirmBody = z.strictObject(operatorRequest).meta({ id: 'ProposalConfirmation' });
export type ConfirmBody = z.infer<typeof confirmBody>;

export const rejectBody = z.strictObject({ reason }).meta({ id: 'ProposalRejection' });
export type RejectBody = z.infer<typeof rejectBody>;

/** What settling a proposal came to, or would come to. */
export const proposalAnswer = z
  .object({
    id: z.uuid(),
    preview: z.boolean().describe('Nothing was done; this is what would happen.'),
    text: z.string().describe('What happens, in a sentence.'),
  })
  .meta({ id: 'ProposalResult' });
export type ProposalAnswer = z.infer<typeof proposalAnswer>;
