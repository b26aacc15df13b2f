import { readFileSync } from 'node:fs';
import type { OpsContext, Verb } from '../command.js';
import { OpsError } from '../ops-error.js';
import type { ActOptions } from '../options.js';
import { oneLine } from '../output.js';
import { isProposal, showProposed, type Proposal } from '../proposals/proposal.js';
import { messagePath } from './message.js';

interface Result {
  readonly text: string;
}

/** Shows what would happen, asks, and does it. The service refuses what somebody else did first. */
export async function actOnOne(
  { api, out, confirm }: OpsContext,
  { reason, preview, yes, json }: ActOptions,
  action: 'redrive' | 'discard' | 'edit',
  id: string,
  data: object = {},
): Promise<number> {
  const path = `${messagePath(id)}/${action}`;
  const body = { reason, ...data };
  if (preview || !yes) {
    const foreseen = await api.post<Result>(path, { ...body, preview: true });
    if (preview && json) out.json(foreseen);
    else out.line(oneLine(foreseen.text));
    if (preview) return 0;
    if (!(await confirm('Do it?'))) return 1;
  }
  const result = await api.post<Result | Proposal>(path, body);
  if (json) out.json(result);
  else if (isProposal(result)) showProposed({ out }, result);
  else out.line(`Done: ${oneLine(result.text)}`);
  return 0;
}

/** Gives a message another payload. */
export const edit: Verb<ActOptions & { readonly data: string }> = async (context, options, id) =>
  actOnOne(context, options, 'edit', id, { data: jsonOf(options.data) });

function jsonOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new OpsError(`${file} is no JSON file: ${error instanceof Error ? error.message : String(error)}`);
  }
}
