import { Defect } from '#libs/kernel/errors.js';
import type { Outbox } from '#libs/messaging/outbox';
import { lock, type UnitOfWork, type WorkingSet } from '#libs/persistence/unit-of-work';
import { operatorJobs, type OperatorJobRow } from '../jobs/operator-job.row.js';
import { parkedBodies } from '../parked-body.row.js';
import { parkedMessages, type ParkedMessageRow } from '../parked-message.row.js';
import { concernOfDiscarding, concernOfRedriving } from './concern.js';
import { leaseFrom, ours } from './job-lease.unit.js';
import { redrive, settle, wayBack } from './settle-parked-message.js';

export interface Batch {
  /** Found by query; each is looked at again under lock. */
  readonly messages: readonly Pick<ParkedMessageRow, 'id' | 'parkedAt'>[];
  /** Nothing comes after these. */
  readonly last: boolean;
}

/**
 * Does one batch of a job, and writes down how far it has come, in one transaction: a batch is done wholly and once,
 * whatever ends the process. Null: the job is another worker's by now, and nothing was done.
 */
export const runBatch = (
  held: OperatorJobRow,
  { messages, last }: Batch,
  outbox: Pick<Outbox, 'redrive'>,
): UnitOfWork<OperatorJobRow | null> => {
  const ids = messages.map(({ id }) => id);
  return {
    name: 'run-job-batch',
    priority: 'new',
    load: [lock(operatorJobs, held.id), lock(parkedMessages, ...ids), lock(parkedBodies, ...ids)],
    decide: (work) => {
      const job = ours(work, held);
      if (!job) return null;
      const outcomes = ids.map((id) => settleOne(work, id, job, outbox));
      const count = (outcome: Outcome): number => outcomes.filter((one) => one === outcome).length;
      const end = messages.at(-1);
      const after: OperatorJobRow = {
        ...job,
        done: job.done + count('done'),
        failed: job.failed + count('failed'),
        position: end ? { parkedAt: end.parkedAt.toISOString(), id: end.id } : job.position,
        leaseUntil: leaseFrom(work.now),
        updatedAt: work.now,
        ...(last && { state: 'finished', finishedAt: work.now }),
      };
      work.update(operatorJobs, after);
      return after;
    },
  };
};

/** `settled`: by somebody else, since it was found. */
type Outcome = 'done' | 'failed' | 'settled';

function settleOne(
  work: WorkingSet,
  id: string,
  job: OperatorJobRow,
  outbox: Pick<Outbox, 'redrive'>,
): Outcome {
  const row = work.find(parkedMessages, id);
  if (row?.state !== 'parked') return 'settled';
  const settling = { by: job.actor, jobId: job.id };
  switch (job.kind) {
    case 'parked-discard':
      if (!job.alone && concernOfDiscarding(work, row)) return 'failed';
      settle(work, row, 'discarded', settling);
      return 'done';
    case 'parked-redrive': {
      const way = wayBack(work, row);
      if (!way.possible || (!job.alone && concernOfRedriving(work, row))) return 'failed';
      redrive(work, row, way, outbox, settling);
      return 'done';
    }
    default:
      throw new Defect(`a job of kind ${String(job.kind)} is none of parked messages`);
  }
}
