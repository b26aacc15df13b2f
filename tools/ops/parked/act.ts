import { readFileSync } from 'node:fs';
import type { OpsContext } from '../command.js';
import { onlyOne, readOptions } from '../options.js';
import { OpsError, UsageError } from '../ops-error.js';
import { oneLine } from '../output.js';
import { isProposal, showProposed, type Proposal } from '../proposals/proposal.js';
import { reasonFrom } from '../sagas/act.js';
import { messagePath } from './message.js';

export const actOptions = {
  reason: { type: 'string' },
  preview: { type: 'boolean' },
  yes: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

interface Result {
  readonly text: string;
}

/** Shows what would happen, asks, and does it. The service refuses what somebody else did first. */
export async function actOnOne(
  action: 'redrive' | 'discard' | 'edit',
  args: readonly string[],
  { api, out, confirm }: OpsContext,
): Promise<number> {
  const { values, positionals } = readOptions(args, { ...actOptions, data: { type: 'string' } });
  const path = `${messagePath(onlyOne(positionals, 'parked message'))}/${action}`;
  const body = { reason: reasonFrom(values), ...dataFrom(action, values.data) };
  if (values.preview || !values.yes) {
    const foreseen = await api.post<Result>(path, { ...body, preview: true });
    if (values.preview && values.json) out.json(foreseen);
    else out.line(oneLine(foreseen.text));
    if (values.preview) return 0;
    if (!(await confirm('Do it?'))) return 1;
  }
  const result = await api.post<Result | Proposal>(path, body);
  if (values.json) out.json(result);
  else if (isProposal(result)) showProposed({ out }, result);
  else out.line(`Done: ${oneLine(result.text)}`);
  return 0;
}

function dataFrom(action: string, file: string | undefined): { data?: unknown } {
  if (action !== 'edit') {
    if (file !== undefined) throw new UsageError(`--data is for edit, not for ${action}`);
    return {};
  }
  if (file === undefined) throw new UsageError('which data? --data FILE.json');
  try {
    return { data: JSON.parse(readFileSync(file, 'utf8')) as unknown };
  } catch (error) {
    throw new OpsError(`${file} is no JSON file: ${error instanceof Error ? error.message : String(error)}`);
  }
}
