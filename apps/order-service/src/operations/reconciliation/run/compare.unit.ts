import { derivedId, isId } from '#libs/kernel/ids.js';
import { lock, type UnitOfWork, type WorkingSet } from '#libs/persistence/unit-of-work';
import type { Finding } from '../../../domain/reconciliation.js';
import { reconciliationFindings, type ReconciliationFindingRow } from '../reconciliation-finding.row.js';
import { reconciliationRuns, type ReconciliationRunRow } from '../reconciliation-run.row.js';
import { reconciliationSchedule, scheduleName } from '../reconciliation-schedule.row.js';

/** For how long a worker has a run to itself before another may think that it has died. */
const leaseSeconds = 30;

/** How far a worker has brought a run. Where the run is by now somewhere else, another worker has taken it over. */
export type Progress = Pick<ReconciliationRunRow, 'id' | 'state' | 'comparedTo'>;

/** One part of what is compared, and how far the comparing has come with it. */
export interface Compared {
  readonly run: Progress;
  readonly findings: readonly Finding[];
  readonly orders: number;
  /** Null: this was the last of its phase. */
  readonly comparedTo: string | null;
}

/** Keeps what was found, and moves on. @returns false when another worker has gone on in the meantime. */
export const keepFindings = ({ run, findings, orders, comparedTo }: Compared): UnitOfWork<boolean> => {
  const found = [...new Map(findings.map((finding) => [findingId(finding), finding]))];
  return {
    name: 'keep-reconciliation-findings',
    load: [lock(reconciliationRuns, run.id), lock(reconciliationFindings, ...found.map(([id]) => id))],
    decide: (work) => {
      const now = carriedOn(work, run);
      if (!now) return false;
      for (const [id, finding] of found) keep(work, id, finding, run.id);
      work.update(reconciliationRuns, {
        ...now,
        ...(comparedTo === null ? nextPhase(now) : { comparedTo }),
        dueAt: leaseFrom(work.now),
        orders: now.orders + orders,
        findings: now.findings + found.length,
      });
      return true;
    },
  };
};

/**
 * Marks findings that the run did not make again. One that was seen again or acted on since it was looked at is left.
 * @param findings as they were looked at.
 * @returns false when another worker has gone on in the meantime.
 */
export const markGone = (
  run: Progress,
  findings: readonly ReconciliationFindingRow[],
): UnitOfWork<boolean> => ({
  name: 'mark-findings-gone',
  load: [lock(reconciliationRuns, run.id), lock(reconciliationFindings, ...findings.map(({ id }) => id))],
  decide: (work) => {
    const now = carriedOn(work, run);
    if (!now) return false;
    for (const { id, state, lastSeenAt } of findings) {
      const row = work.find(reconciliationFindings, id);
      const isAsItWas = row?.state === state && row.lastSeenAt.getTime() === lastSeenAt.getTime();
      if (isAsItWas) work.update(reconciliationFindings, { ...row, state: 'gone' });
    }
    work.update(reconciliationRuns, { ...now, dueAt: leaseFrom(work.now) });
    return true;
  },
});

/** The run has compared everything. @returns false when another worker has gone on in the meantime. */
export const endRun = (run: Progress): UnitOfWork<boolean> => ({
  name: 'end-reconciliation',
  load: [lock(reconciliationRuns, run.id), lock(reconciliationSchedule, scheduleName)],
  decide: (work) => {
    const now = carriedOn(work, run);
    if (now) end(work, now, null);
    return now !== null;
  },
});

/** The run is over, and the next may begin. Needs the run and the schedule locked. */
export function end(work: WorkingSet, run: ReconciliationRunRow, failure: string | null): void {
  const state = failure === null ? 'finished' : 'failed';
  work.update(reconciliationRuns, { ...run, state, failure, dueAt: null, endedAt: work.now });
  const schedule = work.get(reconciliationSchedule, scheduleName);
  if (schedule.runId === run.id) work.update(reconciliationSchedule, { ...schedule, running: false });
}

export const leaseFrom = (now: Date): Date => new Date(now.getTime() + leaseSeconds * 1000);

/** The run, if it is still where this worker has brought it. */
function carriedOn(work: WorkingSet, { id, state, comparedTo }: Progress): ReconciliationRunRow | null {
  const run = work.get(reconciliationRuns, id);
  return run.state === state && run.comparedTo === comparedTo ? run : null;
}

/** What was listed is looked through whole: not every item's id tells its age. */
const nextPhase = ({ state, comparedTo }: ReconciliationRunRow) =>
  state === 'orders' ? ({ state: 'items', comparedTo: null } as const) : ({ state, comparedTo } as const);

/** What a finding is about names it, so that a later run finds the same one again. */
const itemOf = ({ paymentId, reservationId, orderId, kind }: Finding): string => {
  const isOfSaga = kind === 'saga-missing' || kind === 'saga-needs-attention';
  const name = (isOfSaga ? null : (paymentId ?? reservationId)) ?? orderId;
  return isId(name) ? name : derivedId('00000000-0000-0000-0000-000000000000', name);
};

const findingId = (finding: Finding): string => derivedId(itemOf(finding), finding.kind);

function keep(work: WorkingSet, id: string, finding: Finding, runId: string): void {
  const known = work.find(reconciliationFindings, id);
  const { atRisk, detail, ...same } = finding;
  // A provider may have charges that were never ours, under keys that are no ids: nobody can be asked to refund those.
  const isOurs = finding.paymentId === null || isId(finding.paymentId);
  const row: ReconciliationFindingRow = {
    ...same,
    ...(!isOurs && { paymentId: null, fix: null }),
    id,
    itemId: itemOf(finding),
    amountMinor: atRisk?.amountMinor ?? null,
    currency: atRisk?.currency ?? null,
    detail: (isOurs ? detail : `${detail} Its key is ${finding.paymentId}.`).slice(0, 500),
    runId,
    // What an operator chose to leave alone stays so. What had gone and is back is open again, and so is what was given back
    // in vain: while the saga that gives it back is at work, it is not looked at.
    state: known?.state === 'ignored' ? 'ignored' : 'open',
    firstSeenAt: known?.firstSeenAt ?? work.now,
    lastSeenAt: work.now,
  };
  if (known) work.update(reconciliationFindings, row);
  else work.insert(reconciliationFindings, row);
}
