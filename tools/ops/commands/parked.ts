import type { OpsCommand, OpsContext } from '../command.js';
import { onlyOne, readOptions } from '../options.js';
import { UsageError } from '../ops-error.js';
import { actOnOne } from '../parked/act.js';
import { filterUsage } from '../parked/filter.js';
import { groupParked, listParked, showParked } from '../parked/list.js';
import { actOnMany, watchJob } from '../parked/many.js';

export const parkedCommand: OpsCommand = {
  name: 'parked',
  summary: 'look at messages that nobody could handle; redrive, edit or discard them',
  usage: [
    'parked groups [--json]',
    `parked list  ${filterUsage}`,
    '             [--state parked|redriven|discarded] [--limit 20] [--cursor CURSOR] [--json]',
    'parked show ID [--json]',
    'parked redrive ID --reason WHY [--preview] [--yes] [--json]           back to its queue, with its id',
    'parked edit ID --data FILE.json --reason WHY [--preview] [--yes] [--json]    give it another payload',
    'parked discard ID --reason WHY [--preview] [--yes] [--json]           never back',
    'parked redrive|discard --group QUEUE,TYPE,CAUSE --reason WHY [--preview] [--yes] [--json]',
    '             all of them; or what narrows a list instead of a group',
    'parked job ID [--json]                                                watch a job that does many',
  ].join('\n'),
  async run([verb, ...args], context) {
    switch (verb) {
      case 'groups':
        return groupParked(args, context);
      case 'list':
        return listParked(args, context);
      case 'show':
        return showParked(args, context);
      case 'edit':
        return actOnOne(verb, args, context);
      case 'redrive':
      case 'discard':
        return actOn(verb, args, context);
      case 'job': {
        const { values, positionals } = readOptions(args, { json: { type: 'boolean' } });
        return watchJob(onlyOne(positionals, 'job'), values.json ?? false, context);
      }
      default:
        throw new UsageError(verb === undefined ? 'what about them?' : `there is no parked ${verb}`);
    }
  },
};

/** An id comes first; without one, it is about many. */
function actOn(verb: 'redrive' | 'discard', args: readonly string[], context: OpsContext): Promise<number> {
  const one = args[0] !== undefined && !args[0].startsWith('-');
  return one ? actOnOne(verb, args, context) : actOnMany(verb, args, context);
}
