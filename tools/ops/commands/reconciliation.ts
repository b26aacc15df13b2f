import type { OpsCommand } from '../command.js';
import { UsageError } from '../ops-error.js';
import { dealWith } from '../reconciliation/deal.js';
import { report } from '../reconciliation/report.js';
import { runReconciliation } from '../reconciliation/run.js';

export const reconciliationCommand: OpsCommand = {
  name: 'reconciliation',
  summary: 'compare orders with payments and stock; fix what does not add up',
  usage: [
    'reconciliation run --reason WHY [--since TIME] [--json]     1 when something does not add up',
    'reconciliation report [--state open|fixing|ignored|gone] [--kind KIND] [--cursor CURSOR] [--json | --csv]',
    'reconciliation fix ID --reason WHY [--preview] [--yes] [--json]       give it back',
    'reconciliation ignore ID --reason WHY [--preview] [--yes] [--json]    leave it alone from now on',
  ].join('\n'),
  async run([verb, ...args], context) {
    switch (verb) {
      case 'run':
        return runReconciliation(args, context);
      case 'report':
        return report(args, context);
      case 'fix':
      case 'ignore':
        return dealWith(verb, args, context);
      default:
        throw new UsageError(verb === undefined ? 'what about it?' : `there is no reconciliation ${verb}`);
    }
  },
};
