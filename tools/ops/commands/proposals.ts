import type { AddCommands } from '../command.js';
import { acting, paged } from '../options.js';
import { listProposals, showProposal } from '../proposals/list.js';
import { settleProposal } from '../proposals/settle.js';

export const addProposals: AddCommands = (program, run) => {
  const proposals = program
    .command('proposals')
    .description('what takes a second person: look at it, confirm or reject it');
  paged(proposals.command('list').description('what waits, or was settled'))
    .option('--state <state>', 'open (unless said otherwise), confirmed, rejected or expired')
    .action(run(listProposals));
  proposals.command('show <id>').description('what one would change, and why').action(run(showProposal));
  acting(proposals.command('confirm <id>').description('do what somebody else has proposed')).action(
    run(settleProposal('confirm')),
  );
  acting(proposals.command('reject <id>').description('leave it undone; your own, too')).action(
    run(settleProposal('reject')),
  );
};
