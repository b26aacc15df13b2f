import type { AddCommands } from '../command.js';
import { acting, paged, reasoned } from '../options.js';
import { dealWith } from '../reconciliation/deal.js';
import { report } from '../reconciliation/report.js';
import { runReconciliation } from '../reconciliation/run.js';

export const addReconciliation: AddCommands = (program, run) => {
  const reconciliation = program
    .command('reconciliation')
    .description('compare orders with payments and stock; fix what does not add up');
  reasoned(
    reconciliation.command('run').description('compare now; ends with 1 when something does not add up'),
  )
    .option('--since <time>', 'only orders that were placed since then')
    .action(run(runReconciliation));
  paged(reconciliation.command('report').description('what does not add up'))
    .option('--state <state>', 'open (unless said otherwise), fixing, ignored or gone')
    .option('--kind <kind>', 'such as money-kept')
    .option('--csv', 'show it for spreadsheets')
    .action(run(report));
  acting(reconciliation.command('fix <id>').description('give it back')).action(run(dealWith('fix')));
  acting(reconciliation.command('ignore <id>').description('leave it alone from now on')).action(
    run(dealWith('ignore')),
  );
};
