import type { OpsContext } from '../command.js';
import { onlyOne, readOptions } from '../options.js';
import { oneLine, type Output } from '../output.js';
import { sagaPath, type SagaDetails, type TimelineEntry } from './saga.js';
import { ageOf, sequenceLines } from './words.js';

/** A saga that was asked again for days has a long story; its newest part is what `--json` and the API are for. */
const entriesMost = 1_000;

export async function showSaga(args: readonly string[], { api, out }: OpsContext): Promise<number> {
  const { values, positionals } = readOptions(args, { json: { type: 'boolean' } });
  const path = sagaPath(onlyOne(positionals, 'saga'));
  const saga = await api.get<SagaDetails>(path, { limit: 100 });
  const entries = [...saga.timeline.items];
  let { nextCursor } = saga.timeline;
  while (nextCursor !== null && entries.length < entriesMost) {
    const { timeline } = await api.get<SagaDetails>(path, { limit: 100, cursor: nextCursor });
    entries.push(...timeline.items);
    ({ nextCursor } = timeline);
  }
  if (values.json) out.json({ ...saga, timeline: { items: entries, nextCursor } });
  else print(out, saga, entries, nextCursor !== null);
  return 0;
}

function print(
  out: Output,
  saga: SagaDetails,
  entries: readonly TimelineEntry[],
  thereIsMore: boolean,
): void {
  const { step, operation, attempt, reason } = saga;
  const doing = operation === 'compensation' ? 'undoing' : 'at';
  const where = step === null ? '' : `, ${doing} ${step} (attempt ${attempt})`;
  out.line(`${saga.saga} ${saga.version}: ${saga.status}${where}, ${ageOf(saga.ageSeconds)} old`);
  out.line(`order     ${saga.subject}`);
  out.line(`revision  ${saga.revision}`);
  if (reason)
    out.line(`reason    ${reason.code}${reason.detail === null ? '' : `: ${oneLine(reason.detail)}`}`);
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
  for (const line of sequenceLines(entries)) out.line(line);
  if (thereIsMore) out.line(`(the first ${entries.length} entries)`);
}
