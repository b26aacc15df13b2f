import type { AddCommands } from '../command.js';
import { acting, paged } from '../options.js';
import { edit } from '../parked/act.js';
import { narrowed } from '../parked/filter.js';
import { groupParked, listParked, showParked } from '../parked/list.js';
import { actOnSome, watchJob } from '../parked/many.js';

export const addParked: AddCommands = (program, run) => {
  const parked = program
    .command('parked')
    .description('look at messages that nobody could handle; redrive, edit or discard them');
  parked.command('groups').description('what failed alike, and since when').action(run(groupParked));
  paged(narrowed(parked.command('list').description('messages, the newest first')))
    .option('--state <state>', 'parked (unless said otherwise), redriven or discarded')
    .action(run(listParked));
  parked.command('show <id>').description('one message').action(run(showParked));
  for (const [verb, description] of [
    ['redrive', 'back to its queue, with its id; one, or all that fit'],
    ['discard', 'never back; one, or all that fit'],
  ] as const) {
    acting(narrowed(parked.command(`${verb} [id]`).description(description))).action(run(actOnSome(verb)));
  }
  acting(parked.command('edit <id>').description('give it another payload'))
    .requiredOption('--data <file>', 'the payload, as a JSON file')
    .action(run(edit));
  parked.command('job <id>').description('watch a job that does many').action(run(watchJob));
};
