import { Option } from 'commander';
import type { AddCommands } from '../command.js';
import { acting, paged } from '../options.js';
import { actOnOne } from '../sagas/act.js';
import { narrowed } from '../sagas/filter.js';
import { listSagas, summarise } from '../sagas/list.js';
import { retry } from '../sagas/retry-all.js';
import { showSaga } from '../sagas/show.js';

export const addSagas: AddCommands = (program, run) => {
  const sagas = program.command('sagas').description('look at sagas; retry, compensate or resolve them');
  sagas.command('summary').description('how many are under way, and where').action(run(summarise));
  paged(narrowed(sagas.command('list').description('sagas, page by page')))
    .option('--sort <order>', 'oldest or newest first')
    .action(run(listSagas));
  sagas
    .command('show <id>')
    .description('the story of one')
    .option('--all', 'from its beginning, however long it is')
    .action(run(showSaga));
  acting(narrowed(sagas.command('retry [id]').description('ask the waiting command again now')))
    .addOption(new Option('--all', 'every saga that fits; takes a --status').conflicts('preview'))
    .action(run(retry));
  acting(sagas.command('compensate <id>').description('undo it all (before the pivot)')).action(
    run(actOnOne('compensate')),
  );
  acting(sagas.command('resolve <id>').description('the waiting command was done by hand')).action(
    run(actOnOne('resolve')),
  );
};
