import type { Verb } from '../command.js';
import type { ActOptions } from '../options.js';
import { isProposal, showProposed, type Proposal } from '../proposals/proposal.js';
import { oneLine } from '../output.js';
import { sagaPath, type Saga, type SagaActionResult } from './saga.js';

/**
 * Shows what would happen, asks, and does it: to the saga as it was shown. One that has changed in the meantime is left
 * alone, and the operator looks again.
 */
export const actOnOne =
  (action: string): Verb<ActOptions> =>
  async ({ api, out, confirm }, { reason, preview, yes, json }, id) => {
    const path = sagaPath(id);
    const { revision } = await api.get<Saga>(path, { limit: 1 });
    const options = { ifMatch: `"${revision}"` };
    const foreseen = await api.post<SagaActionResult>(
      `${path}/${action}`,
      { reason, preview: true },
      options,
    );
    const refused = foreseen.outcome !== 'taken';
    if (preview || refused) {
      if (json) out.json(foreseen);
      else out.line(oneLine(foreseen.text));
      return refused ? 1 : 0;
    }
    if (!yes) {
      out.line(oneLine(foreseen.text));
      if (!(await confirm('Do it?'))) return 1;
    }
    const result = await api.post<SagaActionResult | Proposal>(`${path}/${action}`, { reason }, options);
    if (json) out.json(result);
    else if (isProposal(result)) showProposed({ out }, result);
    else out.line(oneLine(result.text));
    return 0;
  };
