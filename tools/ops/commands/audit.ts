import type { OpsCommand, OpsContext } from '../command.js';
import { UsageError } from '../ops-error.js';
import { showChanges, type Change } from '../proposals/proposal.js';
import { readOptions } from '../options.js';
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

export const auditCommand: OpsCommand = {
  name: 'audit',
  summary: 'who did what, when, to what, why, and what came of it',
  usage:
    'audit list [--actor WHO] [--action saga.retry] [--target saga:ID] [--from TIME] [--to TIME]\n' +
    '           [--limit 20] [--cursor CURSOR] [--json]',
  async run([verb, ...args], context) {
    if (verb !== 'list')
      throw new UsageError(verb === undefined ? 'audit what?' : `there is no audit ${verb}`);
    return list(args, context);
  },
};

async function list(args: readonly string[], { api, out }: OpsContext): Promise<number> {
  const { json, ...query } = readOptions(args, {
    actor: { type: 'string' },
    action: { type: 'string' },
    target: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    limit: { type: 'string' },
    cursor: { type: 'string' },
    json: { type: 'boolean' },
  }).values;
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
