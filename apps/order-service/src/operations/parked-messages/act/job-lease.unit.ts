import { lock, type UnitOfWork, type WorkingSet } from '#libs/persistence/unit-of-work';
import { operatorJobs, type OperatorJobRow } from '../jobs/operator-job.row.js';

/** A batch takes far less; a dead worker's job is taken over this much later. */
const leaseSeconds = 30;

export const leaseFrom = (now: Date): Date => new Date(now.getTime() + leaseSeconds * 1000);

/** Takes a job that no worker has in hand. Null: somebody else was faster, or it is finished. */
export const claimJob = (id: string, owner: string): UnitOfWork<OperatorJobRow | null> => ({
  name: 'claim-job',
  load: [lock(operatorJobs, id)],
  decide: (work) => {
    const job = work.find(operatorJobs, id);
    if (job?.state !== 'running' || job.leaseUntil > work.now) return null;
    const claimed = { ...job, owner, fence: job.fence + 1, leaseUntil: leaseFrom(work.now) };
    work.update(operatorJobs, claimed);
    return claimed;
  },
});

/** Hands a job back, for another worker to go on with at once. */
export const releaseJob = (held: OperatorJobRow): UnitOfWork<void> => ({
  name: 'release-job',
  load: [lock(operatorJobs, held.id)],
  decide: (work) => {
    const job = ours(work, held);
    if (job) work.update(operatorJobs, { ...job, leaseUntil: work.now });
  },
});

/** The job as it is now; undefined when another worker has taken it over. */
export function ours(work: WorkingSet, { id, fence }: OperatorJobRow): OperatorJobRow | undefined {
  const job = work.find(operatorJobs, id);
  return job?.state === 'running' && job.fence === fence ? job : undefined;
}
