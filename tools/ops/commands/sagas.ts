import type { OpsCommand } from '../command.js';
import { UsageError } from '../ops-error.js';
import { actOnOne } from '../sagas/act.js';
import { filterUsage } from '../sagas/filter.js';
import { listSagas, summarise } from '../sagas/list.js';
import { retryAll } from '../sagas/retry-all.js';
import { showSaga } from '../sagas/show.js';

export const sagasCommand: OpsCommand = {
  name: 'sagas',
  summary: 'look at sagas; retry, compensate or resolve them',
  usage: [
    'sagas summary [--json]',
    `sagas list   ${filterUsage}`,
    '             [--sort oldest|newest] [--limit 20] [--cursor CURSOR] [--json]',
    'sagas show ID [--all] [--json]',
    'sagas retry ID --reason WHY [--preview] [--yes] [--json]         ask the waiting command again now',
    'sagas compensate ID --reason WHY [--preview] [--yes] [--json]    undo it all (before the pivot)',
    'sagas resolve ID --reason WHY [--preview] [--yes] [--json]       the waiting command was done by hand',
    `sagas retry --all --status STATUS --reason WHY [--yes] [--json], and what narrows a list`,
  ].join('\n'),
  async run([verb, ...args], context) {
    switch (verb) {
      case 'summary':
        return summarise(args, context);
      case 'list':
        return listSagas(args, context);
      case 'show':
        return showSaga(args, context);
      case 'retry':
        return args.includes('--all') ? retryAll(args, context) : actOnOne(verb, args, context);
      case 'compensate':
      case 'resolve':
        return actOnOne(verb, args, context);
      default:
        throw new UsageError(verb === undefined ? 'what about them?' : `there is no sagas ${verb}`);
    }
  },
};
