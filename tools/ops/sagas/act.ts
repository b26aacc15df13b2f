import type { OpsContext } from '../command.js';
import { isProposal, showProposed, type Proposal } from '../proposals/proposal.js';
import { onlyOne, readOptions } from '../options.js';
import { UsageError } from '../ops-error.js';
import { oneLine } from '../output.js';
import { sagaPath, type Saga, type SagaActionResult } from './saga.js';

export const actOptions = {
  reason: { type: 'string' },
  yes: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** An action without a reason is refused by the API, too; here before anything is asked. @throws UsageError */
export function reasonFrom({ reason }: { readonly reason?: string | undefined }): string {
  if (reason === undefined || reason.trim() === '') throw new UsageError('why? --reason "..."');
  return reason;
}

/**
 * Shows what would happen, asks, and does it: to the saga as it was shown. One that has changed in the meantime is left
 * alone, and the operator looks again.
 */
export async function actOnOne(
  action: string,
  args: readonly string[],
  { api, out, confirm }: OpsContext,
): Promise<number> {
  const { values, positionals } = readOptions(args, { ...actOptions, preview: { type: 'boolean' } });
  const path = sagaPath(onlyOne(positionals, 'saga'));
  const reason = reasonFrom(values);
  const { revision } = await api.get<Saga>(path, { limit: 1 });
  const options = { ifMatch: `"${revision}"` };
  const foreseen = await api.post<SagaActionResult>(`${path}/${action}`, { reason, preview: true }, options);
  const refused = foreseen.outcome !== 'taken';
  if (values.preview || refused) {
    if (values.json) out.json(foreseen);
    else out.line(oneLine(foreseen.text));
    return refused ? 1 : 0;
  }
  if (!values.yes) {
    out.line(oneLine(foreseen.text));
    if (!(await confirm('Do it?'))) return 1;
  }
  const result = await api.post<SagaActionResult | Proposal>(`${path}/${action}`, { reason }, options);
  if (values.json) out.json(result);
  else if (isProposal(result)) showProposed({ out }, result);
  else out.line(oneLine(result.text));
  return 0;
}
