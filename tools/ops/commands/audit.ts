import type { AddCommands, OpsContext } from '../command.js';
import { showChanges, type Change } from '../proposals/proposal.js';
import { paged, type PageOptions } from '../options.js';
import { oneLine } from '../output.js';

interface Entry {
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly outcome: string;
  readonly reason: string;
  readonly changes: readonly Change[] | null;
}

interface Page {
  readonly items: readonly Entry[];
  readonly nextCursor: string | null;
}

export const addAudit: AddCommands = (program, run) => {
  const audit = program.command('audit').description('who did what, when, to what, why, and what came of it');
  paged(audit.command('list').description('newest first'))
    .option('--actor <who>', 'whose actions')
    .option('--action <name>', 'which, such as saga.retry')
    .option('--target <target>', 'to what, such as saga:ID')
    .option('--from <time>', 'since when, such as 2026-01-31T12:00:00Z')
    .option('--to <time>', 'until when')
    .action(run(list));
};

async function list({ api, out }: OpsContext, { json, ...query }: PageOptions): Promise<number> {
  const page = await api.get<Page>('/api/admin/audit', query);
  if (json) {
    out.json(page);
    return 0;
  }
  const columns = ['at', 'actor', 'action', 'target', 'outcome', 'reason'] as const;
  const rows = page.items.map((entry) => columns.map((name) => entry[name]));
  out.table(columns, rows);
  for (const { at, target, changes } of page.items) {
    if (!changes) continue;
    out.line();
    out.line(oneLine(`${at} ${target}:`));
    showChanges({ out }, changes);
  }
  if (page.nextCursor !== null) out.line(`more: --cursor ${page.nextCursor}`);
  return 0;
}
