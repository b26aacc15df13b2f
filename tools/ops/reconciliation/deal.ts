import type { Verb } from '../command.js';
import type { ActOptions } from '../options.js';
import { oneLine } from '../output.js';
import { isProposal, showProposed, type Proposal } from '../proposals/proposal.js';

interface Result {
  readonly text: string;
  readonly sagaId: string | null;
}

/** Shows what would happen, asks, and does it. */
export const dealWith =
  (verb: 'fix' | 'ignore'): Verb<ActOptions> =>
  async ({ api, out, confirm }, { reason, preview, yes, json }, id) => {
    const path = `/api/admin/reconciliation/findings/${encodeURIComponent(id)}/${verb}`;
    const show = (result: Result): void => (json ? out.json(result) : out.line(oneLine(result.text)));
    if (preview || !yes) {
      const foreseen = await api.post<Result>(path, { reason, preview: true });
      if (preview) {
        show(foreseen);
        return 0;
      }
      out.line(oneLine(foreseen.text));
      if (!(await confirm('Do it?'))) return 1;
    }
    const result = await api.post<Result | Proposal>(path, { reason });
    if (isProposal(result)) {
      if (json) out.json(result);
      else showProposed({ out }, result);
      return 0;
    }
    show(result);
    if (!json && result.sagaId !== null) out.line(`more: sagas show ${result.sagaId}`);
    return 0;
  };
