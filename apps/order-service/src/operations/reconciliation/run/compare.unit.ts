import { derivedId, isId } from '#libs/kernel/ids.js';
import { lock, type UnitOfWork, type WorkingSet } from '#libs/persistence/unit-of-work';
import type { Finding } from '../../../domain/reconciliation.js';
import { reconciliationFindings, type ReconciliationFindingRow } from '../reconciliation-finding.row.js';
import { reconciliationRuns, type ReconciliationRunRow } from '../reconciliation-run.row.js';
import { reconciliationSchedule, scheduleName } from '../reconciliation-schedule.row.js';

/** For how long a worker has a run to itself before another may think that it has died. */
export const leaseSeconds = 30;

/** One part of what is compared, and how far the comparing has come with it. */
export interface Compared {
  readonly run: Pick<ReconciliationRunRow, 'id' | 'state' | 'comparedTo'>;
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
      const now = work.get(reconciliationRuns, run.id);
      if (now.state !== run.state || now.comparedTo !== run.comparedTo) return false;
      for (const [id, finding] of found) keep(work, id, finding, run.id);
      work.update(reconciliationRuns, {
        ...now,
        ...(comparedTo === null ? nextPhase(now) : { comparedTo }),
        dueAt: new Date(work.now.getTime() + leaseSeconds * 1000),
        orders: now.orders + orders,
        findings: now.findings + found.length,
      });
      return true;
    },
  };
};

/** The run is over, and the next may begin. */
export const endRun = (runId: string, failure: string | null): UnitOfWork<boolean> => ({
  name: 'end-reconciliation',
  load: [lock(reconciliationRuns, runId), lock(reconciliationSchedule, scheduleName)],
  decide: (work) => {
    const run = work.get(reconciliationRuns, runId);
    if (run.endedAt) return false;
    const state = failure === null ? 'finished' : 'failed';
    work.update(reconciliationRuns, { ...run, state, failure, dueAt: null, endedAt: work.now });
    const schedule = work.get(reconciliationSchedule, scheduleName);
    if (schedule.runId === runId) work.update(reconciliationSchedule, { ...schedule, running: false });
    return true;
  },
});

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
