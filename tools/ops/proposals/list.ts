import type { OpsContext } from '../command.js';
import { onlyOne, readOptions } from '../options.js';
import { proposalPath, root, showChanges, type Proposal } from './proposal.js';

export async function listProposals(args: readonly string[], { api, out }: OpsContext): Promise<number> {
  const { json, ...query } = readOptions(args, {
    state: { type: 'string' },
    limit: { type: 'string' },
    cursor: { type: 'string' },
    json: { type: 'boolean' },
  }).values;
  const page = await api.get<{ items: readonly Proposal[]; nextCursor: string | null }>(root, query);
  if (json) {
    out.json(page);
    return 0;
  }
  out.table(
    ['id', 'proposed', 'by', 'action', 'target', 'state', 'why'],
    page.items.map(({ id, proposedAt, proposedBy, action, target, state, why }) => [
      id,
      proposedAt,
      proposedBy,
      action,
      target,
      state,
      why.slice(0, 60),
    ]),
  );
  if (page.nextCursor !== null) out.line(`more: --cursor ${page.nextCursor}`);
  return 0;
}

export async function showProposal(args: readonly string[], { api, out }: OpsContext): Promise<number> {
  const { values, positionals } = readOptions(args, { json: { type: 'boolean' } });
  const proposal = await api.get<Proposal>(proposalPath(onlyOne(positionals, 'proposal')));
  if (values.json) {
    out.json(proposal);
    return 0;
  }
  const { changes, ...facts } = proposal;
  out.table(
    ['', ''],
    Object.entries(facts).map(([name, value]) => [name, value as string | null]),
  );
  showChanges({ out }, changes);
  return 0;
}
