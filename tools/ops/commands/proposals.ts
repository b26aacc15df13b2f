import type { OpsCommand } from '../command.js';
import { UsageError } from '../ops-error.js';
import { listProposals, showProposal } from '../proposals/list.js';
import { settleProposal } from '../proposals/settle.js';

export const proposalsCommand: OpsCommand = {
  name: 'proposals',
  summary: 'what takes a second person: look at it, confirm or reject it',
  usage: [
    'proposals list [--state open|confirmed|rejected|expired] [--limit 20] [--cursor CURSOR] [--json]',
    'proposals show ID [--json]',
    'proposals confirm ID --reason WHY [--preview] [--yes] [--json]    do what somebody else has proposed',
    'proposals reject ID --reason WHY [--yes] [--json]                 leave it undone; your own, too',
  ].join('\n'),
  async run([verb, ...args], context) {
    switch (verb) {
      case 'list':
        return listProposals(args, context);
      case 'show':
        return showProposal(args, context);
      case 'confirm':
      case 'reject':
        return settleProposal(verb, args, context);
      default:
        throw new UsageError(verb === undefined ? 'what about them?' : `there is no proposals ${verb}`);
    }
  },
};
