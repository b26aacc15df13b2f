import type { OpsContext } from '../command.js';
import { onlyOne, readOptions } from '../options.js';
import { oneLine } from '../output.js';
import { reasonFrom } from '../sagas/act.js';
import { proposalPath, showChanges, type Proposal } from './proposal.js';

interface Result {
  readonly text: string;
}

/** Shows what was proposed, asks, and has it done, or not. */
export async function settleProposal(
  verb: 'confirm' | 'reject',
  args: readonly string[],
  { api, out, confirm }: OpsContext,
): Promise<number> {
  const { values, positionals } = readOptions(args, {
    reason: { type: 'string' },
    preview: { type: 'boolean' },
    yes: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  const path = proposalPath(onlyOne(positionals, 'proposal'));
  const reason = reasonFrom(values);
  if (values.preview || !values.yes) {
    const proposal = await api.get<Proposal>(path);
    if (values.preview && values.json) out.json(proposal);
    else {
      const { proposedBy, action, target, text, why } = proposal;
      out.line(oneLine(`${proposedBy} wants ${action} of ${target}: ${text} ${why}.`));
      showChanges({ out }, proposal.changes);
    }
    if (values.preview) return 0;
    if (!(await confirm(verb === 'confirm' ? 'Do it?' : 'Leave it undone?'))) return 1;
  }
  const result = await api.post<Result>(`${path}/${verb}`, { reason });
  if (values.json) out.json(result);
  else out.line(`Done: ${oneLine(result.text)}`);
  return 0;
}
