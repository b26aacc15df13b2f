import { lock, type Unit } from '#libs/persistence/unit-of-work.js';
import { reconciliationFindings, type FindingState } from '../reconciliation/reconciliation-finding.row.js';

/** Leaves a finding alone from now on, also when it is found again. */
export const ignoreFinding = (
  id: string,
): Unit<{ readonly findingId: string; readonly state: FindingState }> => ({
  name: 'ignore-finding',
  load: [lock(reconciliationFindings, id)],
  decide: (work) => {
    const row = work.get(reconciliationFindings, id);
    if (row.state === 'open') work.update(reconciliationFindings, { ...row, state: 'ignored' });
    return { findingId: id, state: row.state === 'open' ? 'ignored' : row.state };
  },
});
