import type { FastifyReply } from 'fastify';
import type { ProposalItem } from './proposal-item.js';
import type { Proposed } from './proposable.js';

/** Answers 202 with the proposal: nothing was done yet. */
export function sendProposal(reply: FastifyReply, { proposed }: Proposed): ProposalItem {
  void reply.status(202).header('location', `/api/admin/proposals/${proposed.id}`);
  return proposed;
}
