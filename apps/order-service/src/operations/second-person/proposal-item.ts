import { z } from 'zod';
import { timestamp } from '#libs/contracts/shapes.js';
import { operatorActionNames } from '../audit/operator-action.js';
import { change } from '../audit/shown-change.js';
import { keptProposalStates, type ProposalRow } from './proposal.row.js';

export const proposalStates = [...keptProposalStates, 'expired'] as const;
export type ProposalState = (typeof proposalStates)[number];

export const proposalItem = z
  .object({
    id: z.uuid(),
    action: z.enum(operatorActionNames),
    target: z.string().describe('What it would be done to, as in the audit trail.'),
    text: z.string().describe('What would happen, in a sentence.'),
    why: z.string().describe('What makes it take a second person.'),
    changes: z.array(change).nullable().describe('Which data would be other than their sender gave.'),
    reason: z.string(),
    state: z.enum(proposalStates),
    proposedBy: z.string(),
    proposedAt: timestamp,
    expiresAt: timestamp,
    settledBy: z.string().nullable(),
    settledAt: timestamp.nullable(),
  })
  .meta({ id: 'Proposal', description: 'What one operator wants done, and a second one has to confirm.' });
export type ProposalItem = z.infer<typeof proposalItem>;

export const stateOf = ({ state, expiresAt }: ProposalRow, now: Date): ProposalState =>
  state === 'open' && expiresAt <= now ? 'expired' : state;

export function toProposalItem(row: ProposalRow, now: Date): ProposalItem {
  const { id, action, target, text, why, changes, reason, proposedBy, settledBy } = row;
  return {
    id,
    action,
    target,
    text,
    why,
    reason,
    proposedBy,
    settledBy,
    changes: changes && [...changes],
    state: stateOf(row, now),
    proposedAt: row.proposedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    settledAt: row.settledAt?.toISOString() ?? null,
  };
}
