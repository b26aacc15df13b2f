import type { Verb } from '../command.js';
import type { ActOptions } from '../options.js';
import { oneLine } from '../output.js';
import { proposalPath, showChanges, type Proposal } from './proposal.js';

interface Result {
  readonly text: string;
}

/** Shows what was proposed, asks, and has it done, or not. */
export const settleProposal =
  (verb: 'confirm' | 'reject'): Verb<ActOptions> =>
  async ({ api, out, confirm }, { reason, preview, yes, json }, id) => {
    const path = proposalPath(id);
    if (preview || !yes) {
      const proposal = await api.get<Proposal>(path);
      if (preview && json) out.json(proposal);
      else {
        const { proposedBy, action, target, text, why } = proposal;
        out.line(oneLine(`${proposedBy} wants ${action} of ${target}: ${text} ${why}.`));
        showChanges({ out }, proposal.changes);
      }
      if (preview) return 0;
      if (!(await confirm(verb === 'confirm' ? 'Do it?' : 'Leave it undone?'))) return 1;
    }
    const result = await api.post<Result>(`${path}/${verb}`, { reason });
    if (json) out.json(result);
    else out.line(`Done: ${oneLine(result.text)}`);
    return 0;
  };
