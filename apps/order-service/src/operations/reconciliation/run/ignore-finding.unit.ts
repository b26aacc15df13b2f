import { lock, type UnitOfWork } from '#libs/persistence/unit-of-work';
import { reconciliationFindings, type FindingState } from '../reconciliation-finding.row.js';

export interface IgnoringAnswer {
  readonly findingId: string;
  readonly preview: boolean;
  readonly state: FindingState;
  readonly sagaId: null;
  readonly text: string;
}

/** Leaves a finding alone from now on, also when it is found again. */
export const ignoreFinding = (
  id: string,
  { preview }: { readonly preview: boolean },
): UnitOfWork<IgnoringAnswer> => ({
  name: 'ignore-finding',
  load: [lock(reconciliationFindings, id)],
  decide: (work) => {
    const row = work.get(reconciliationFindings, id);
    const ignored = !preview && row.state === 'open' ? { ...row, state: 'ignored' as const } : row;
    if (ignored !== row) work.update(reconciliationFindings, ignored);
    const text = preview
      ? 'Would happen: it is left alone from now on, also when it is found again.'
      : 'It is left alone from now on.';
    return { findingId: id, preview, state: ignored.state, sagaId: null, text };
  },
});
