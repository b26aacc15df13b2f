import type { UnitOfWork } from '#libs/persistence/unit-of-work';
import { toJobItem, type JobItem } from '../jobs/job-item.js';
import { operatorJobs, type OperatorJobRow } from '../jobs/operator-job.row.js';

export type JobRequest = Pick<
  OperatorJobRow,
  'id' | 'kind' | 'filter' | 'total' | 'actor' | 'alone' | 'reason'
>;

/** Writes down what is to be done. Whichever worker looks first does it. */
export const beginJob = (request: JobRequest): UnitOfWork<JobItem> => ({
  name: 'begin-job',
  load: [],
  decide: (work) => {
    const job: OperatorJobRow = {
      ...request,
      done: 0,
      failed: 0,
      state: 'running',
      position: null,
      owner: null,
      fence: 0,
      leaseUntil: work.now,
      createdAt: work.now,
      updatedAt: work.now,
      finishedAt: null,
    };
    work.insert(operatorJobs, job);
    return toJobItem(job);
  },
});
