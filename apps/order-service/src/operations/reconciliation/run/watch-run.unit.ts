import type { Outbox } from '#libs/messaging/outbox';
import { lock, type UnitOfWork } from '#libs/persistence/unit-of-work';
import { askForPages } from '../list-page.js';
import { reconciliationRuns, type ReconciliationRunRow } from '../reconciliation-run.row.js';
import { reconciliationSchedule, scheduleName } from '../reconciliation-schedule.row.js';
import { end, leaseFrom } from './compare.unit.js';
import { pageSeconds } from './start-reconciliation.unit.js';

/** Tries for one page: five minutes, in which a participant that is being restarted comes back. */
export const pageAttempts = 30;

/** `mine`: the caller goes on comparing. `given-up`: nobody answers, and the run is over. `left`: nothing to do. */
export type Claim = 'asked-again' | 'given-up' | 'left' | { readonly mine: ReconciliationRunRow };

/** What is to be done about a run that is due. Any number of workers may try; one of them gets to do it. */
export const claimRun = (runId: string, outbox: Pick<Outbox, 'publish'>): UnitOfWork<Claim> => ({
  name: 'watch-reconciliation',
  load: [lock(reconciliationRuns, runId), lock(reconciliationSchedule, scheduleName)],
  decide: (work) => {
    const run = work.find(reconciliationRuns, runId);
    if (!run?.dueAt || run.dueAt > work.now) return 'left';
    if (run.state === 'asking') {
      if (run.attempts >= pageAttempts) {
        end(work, run, 'a participant did not list what it has');
        return 'given-up';
      }
      const dueAt = new Date(work.now.getTime() + pageSeconds * 1000);
      work.update(reconciliationRuns, { ...run, attempts: run.attempts + 1, dueAt });
      askForPages(work, outbox, run);
      return 'asked-again';
    }
    const mine = { ...run, dueAt: leaseFrom(work.now) };
    work.update(reconciliationRuns, mine);
    return { mine };
  },
});
