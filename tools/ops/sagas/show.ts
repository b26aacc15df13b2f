import type { ApiClient } from '../api-client.js';
import type { OpsContext } from '../command.js';
import type { Shown } from '../options.js';
import { oneLine, type Output } from '../output.js';
import { sagaPath, type SagaDetails, type TimelineEntry } from './saga.js';
import { ageOf, sequenceLines } from './words.js';

/** A saga that is stuck for days has a long story, of which the end is wanted. `--all` tells it from its beginning. */
const newestShown = 100;
const maxEntries = 10_000;

interface Story {
  readonly saga: SagaDetails;
  /** Oldest first. */
  readonly entries: readonly TimelineEntry[];
  /** Where there is more than what is shown. */
  readonly gap: 'before' | 'after' | null;
}

export async function showSaga(
  { api, out }: OpsContext,
  { all, json }: Shown & { readonly all?: true },
  id: string,
): Promise<number> {
  const story = await (all ? whole : newest)(api, sagaPath(id));
  if (json) out.json({ ...story.saga, timeline: { items: story.entries } });
  else print(out, story);
  return 0;
}

async function newest(api: ApiClient, path: string): Promise<Story> {
  const saga = await api.get<SagaDetails>(path, { sort: 'newest', limit: newestShown });
  const { items, nextCursor } = saga.timeline;
  return { saga, entries: items.toReversed(), gap: nextCursor === null ? null : 'before' };
}

async function whole(api: ApiClient, path: string): Promise<Story> {
  const saga = await api.get<SagaDetails>(path, { limit: 100 });
  const entries = [...saga.timeline.items];
  let { nextCursor } = saga.timeline;
  while (nextCursor !== null && entries.length < maxEntries) {
    const { timeline } = await api.get<SagaDetails>(path, { limit: 100, cursor: nextCursor });
    entries.push(...timeline.items);
    ({ nextCursor } = timeline);
  }
  return { saga, entries, gap: nextCursor === null ? null : 'after' };
}

function print(out: Output, { saga, entries, gap }: Story): void {
  const { step, operation, attempt, reason } = saga;
  const doing = operation === 'compensation' ? 'undoing' : 'at';
  const where = step === null ? '' : `, ${doing} ${step} (attempt ${attempt})`;
  out.line(`${saga.saga} ${saga.version}: ${saga.status}${where}, ${ageOf(saga.ageSeconds)} old`);
  out.line(`order     ${saga.subject}`);
  out.line(`revision  ${saga.revision}`);
  if (reason)
    out.line(`reason    ${reason.code}${reason.detail === null ? '' : `: ${oneLine(reason.detail)}`}`);
  if (saga.attention) out.line(`attention ${oneLine(saga.attention.detail)}, since ${saga.attention.since}`);
  if (!saga.known) out.line('unknown   the process that was asked does not have this version');
  if (saga.deadlineAt !== null) out.line(`deadline  ${saga.deadlineAt}`);
  out.line(`possible  ${saga.actions.join(', ') || 'nothing'}`);
  out.line();
  out.table(
    ['step', 'operation', 'state', 'attempt', 'answer', 'first asked', 'command'],
    saga.calls.map((call) => [
      call.step,
      call.operation,
      call.state,
      call.attempt,
      call.answer,
      call.askedAt,
      call.commandId,
    ]),
  );
  out.line();
  if (gap === 'before') out.line(`(the newest ${entries.length} entries; all of them with --all)`);
  for (const line of sequenceLines(entries)) out.line(line);
  if (gap === 'after') out.line(`(the first ${entries.length} entries)`);
}
