import { setTimeout as pause } from 'node:timers/promises';
import type { OpsContext, Verb } from '../command.js';
import { OpsError, UsageError } from '../ops-error.js';
import type { ActOptions, Shown } from '../options.js';
import { actOnOne } from './act.js';
import { filterOf, type FilterOptions } from './filter.js';
import { root, type Job, type ParkedMessage } from './message.js';

const pollIntervalMs = 300;
/** A worker that died with a job is replaced within a minute. */
const maxWaitMs = 120_000;

interface Matching {
  readonly count: number;
  readonly sample: readonly Pick<ParkedMessage, 'id' | 'queue' | 'type' | 'reason'>[];
}

type Action = 'redrive' | 'discard';

/** Redrives or discards one message, or all that match. */
export const actOnSome =
  (action: Action): Verb<ActOptions & FilterOptions, string | undefined> =>
  async (context, options, id) => {
    const filter = filterOf(options);
    const filtered = Object.values(filter).some((value) => value !== undefined);
    if (filtered === (id !== undefined)) throw new UsageError('an id, or what they have in common');
    return id === undefined
      ? actOnMany(context, options, action, filter)
      : actOnOne(context, options, action, id);
  };

/** Has the service do it, and watches. */
async function actOnMany(
  context: OpsContext,
  { reason, preview, yes, json }: ActOptions,
  action: Action,
  filter: object,
): Promise<number> {
  const { api, out, confirm } = context;
  const matching = await api.post<Matching>(`${root}/${action}`, { reason, filter, preview: true });
  if (preview && json) out.json(matching);
  else if (!json) showMatching(context, matching);
  if (preview) return 0;
  if (!yes && !(await confirm(`${action === 'redrive' ? 'Redrive' : 'Discard'} ${matching.count}?`)))
    return 1;
  const job = await api.post<Job>(`${root}/${action}`, { reason, filter });
  const end = await watch(job, context);
  if (json) out.json(end);
  else
    out.line(
      `${end.done} done${end.failed > 0 ? `, ${end.failed} could not be, or take a second person: one by one` : ''}`,
    );
  return end.failed === 0 ? 0 : 1;
}

/** Shows a job, or watches one that runs. */
export async function watchJob(context: OpsContext, { json }: Shown, id: string): Promise<number> {
  const end = await watch(await jobOf(id, context), context);
  if (json) context.out.json(end);
  else context.out.line(`${end.done} of ${end.total} done, ${end.failed} could not be`);
  return end.failed === 0 ? 0 : 1;
}

function showMatching({ out }: OpsContext, { count, sample }: Matching): void {
  out.table(
    ['id', 'queue', 'type', 'cause'],
    sample.map(({ id, queue, type, reason }) => [id, queue, type, reason]),
  );
  if (count > sample.length) out.line(`and ${count - sample.length} more`);
}

/** @throws OpsError when the job makes no progress; a worker resumes it as soon as one can. */
async function watch(begun: Job, context: OpsContext): Promise<Job> {
  const bar = context.progress(begun.total);
  let [job, shown, movedAt] = [begun, 0, performance.now()];
  try {
    for (;;) {
      for (; shown < job.done + job.failed; shown += 1, movedAt = performance.now()) bar.advance();
      if (job.state === 'finished') return job;
      if (performance.now() - movedAt > maxWaitMs)
        throw new OpsError(`job ${job.id} gets no further for now; look again with: parked job ${job.id}`);
      await pause(pollIntervalMs);
      job = await jobOf(job.id, context);
    }
  } finally {
    bar.stop();
  }
}

const jobOf = (id: string, { api }: OpsContext): Promise<Job> =>
  api.get<Job>(`/api/admin/jobs/${encodeURIComponent(id)}`);
