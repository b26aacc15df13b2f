import type { OpsContext } from '../command.js';
import { onlyOne, readOptions } from '../options.js';
import { oneLine } from '../output.js';
import { isProposal, showProposed, type Proposal } from '../proposals/proposal.js';
import { actOptions, reasonFrom } from '../sagas/act.js';

interface Result {
  readonly text: string;
  readonly sagaId: string | null;
}

/** Shows what would happen, asks, and does it. */
export async function dealWith(
  verb: 'fix' | 'ignore',
  args: readonly string[],
  { api, out, confirm }: OpsContext,
): Promise<number> {
  const { values, positionals } = readOptions(args, { ...actOptions, preview: { type: 'boolean' } });
  const path = `/api/admin/reconciliation/findings/${encodeURIComponent(onlyOne(positionals, 'finding'))}/${verb}`;
  const reason = reasonFrom(values);
  const show = (result: Result): void => (values.json ? out.json(result) : out.line(oneLine(result.text)));
  if (values.preview || !values.yes) {
    const foreseen = await api.post<Result>(path, { reason, preview: true });
    if (values.preview) {
      show(foreseen);
      return 0;
    }
    out.line(oneLine(foreseen.text));
    if (!(await confirm('Do it?'))) return 1;
  }
  const result = await api.post<Result | Proposal>(path, { reason });
  if (isProposal(result)) {
    if (values.json) out.json(result);
    else showProposed({ out }, result);
    return 0;
  }
  show(result);
  if (!values.json && result.sagaId !== null) out.line(`more: sagas show ${result.sagaId}`);
  return 0;
}
