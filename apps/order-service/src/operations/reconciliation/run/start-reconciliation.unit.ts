import type { Outbox } from '#libs/messaging/outbox';
import { lock, type UnitOfWork } from '#libs/persistence/unit-of-work';
import { firstIdSince } from '../first-id.js';
import { askForPages } from '../list-page.js';
import {
  books,
  reconciliationRuns,
  type Listing,
  type ReconciliationRunRow,
} from '../reconciliation-run.row.js';
import { reconciliationSchedule, scheduleName } from '../reconciliation-schedule.row.js';
import { ReconciliationRunning } from '../reconciliation.errors.js';

/** How long a page is waited for before it is asked for again. */
export const pageSeconds = 10;

const firstPage: Listing = { page: 1, after: null, done: false };

export interface NewRun {
  readonly id: string;
  readonly startedBy: string;
  readonly since: Date | null;
  /** Of the schedule: not before so long after the last one began. Two instances that see it due start one run. */
  readonly notWithinSeconds?: number;
}

/**
 * Begins a run, with its first questions to both participants.
 * @returns its id; null when there was one so recently that the schedule does not want another.
 * @throws ReconciliationRunning when one is under way.
 */
export const startReconciliation = (
  { id, startedBy, since, notWithinSeconds }: NewRun,
  outbox: Pick<Outbox, 'publish'>,
): UnitOfWork<string | null> => ({
  name: 'start-reconciliation',
  priority: 'new',
  load: [lock(reconciliationSchedule, scheduleName)],
  decide: (work) => {
    const last = work.find(reconciliationSchedule, scheduleName);
    if (last && notWithinSeconds !== undefined) {
      const nextAt = last.startedAt.getTime() + notWithinSeconds * 1000;
      if (last.running || work.now.getTime() < nextAt) return null;
    }
    if (last?.running) throw new ReconciliationRunning(last.runId);
    const schedule = { name: scheduleName, runId: id, running: true, startedAt: work.now };
    if (last) work.update(reconciliationSchedule, schedule);
    else work.insert(reconciliationSchedule, schedule);
    const run: ReconciliationRunRow = {
      id,
      state: 'asking',
      startedBy,
      since,
      startedAt: work.now,
      endedAt: null,
      attempts: 1,
      dueAt: new Date(work.now.getTime() + pageSeconds * 1000),
      listings: Object.fromEntries(
        books.map((book) => [book, firstPage]),
      ) as ReconciliationRunRow['listings'],
      comparedTo: firstIdSince(since),
      items: 0,
      orders: 0,
      findings: 0,
      failure: null,
    };
    work.insert(reconciliationRuns, run);
    askForPages(work, outbox, run);
    return id;
  },
});
