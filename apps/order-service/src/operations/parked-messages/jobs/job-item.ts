import { z } from 'zod';
import { timestamp } from '#libs/contracts/shapes.js';
import { parkedCriteria } from '../parked-message-filter.js';
import { jobKinds, jobStates, type OperatorJobRow } from './operator-job.row.js';

export const jobItem = z
  .object({
    id: z.uuid(),
    kind: z.enum(jobKinds),
    filter: z.object(parkedCriteria),
    state: z.enum(jobStates),
    total: z.int().describe('Those that matched when it was asked for.'),
    done: z.int(),
    failed: z
      .int()
      .describe(
        'Those that it could not be done to; among them what takes a second person. They are as they were.',
      ),
    actor: z.string(),
    reason: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
    finishedAt: timestamp.nullable(),
  })
  .meta({ id: 'OperatorJob' });
export type JobItem = z.infer<typeof jobItem>;

export const toJobItem = (row: OperatorJobRow): JobItem => ({
  id: row.id,
  kind: row.kind,
  filter: row.filter,
  state: row.state,
  total: row.total,
  done: row.done,
  failed: row.failed,
  actor: row.actor,
  reason: row.reason,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
});
