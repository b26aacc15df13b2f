import type { OpsContext } from '../command.js';
import type { PageOptions, Shown } from '../options.js';
import { proposalPath, root, showChanges, type Proposal } from './proposal.js';

export async function listProposals(
  { api, out }: OpsContext,
  { json, ...query }: PageOptions & { readonly state?: string },
): Promise<number> {
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

export async function showProposal({ api, out }: OpsContext, { json }: Shown, id: string): Promise<number> {
  const proposal = await api.get<Proposal>(proposalPath(id));
  if (json) {
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
