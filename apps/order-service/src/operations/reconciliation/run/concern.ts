import type { FindingKind, Fix } from '../../../domain/reconciliation.js';
import type { ReconciliationFindingRow } from '../reconciliation-finding.row.js';
import type { Concern } from '../../second-person/proposable.js';

/** What one person may give back alone: stock, to where it came from; what is wrong about that shows when it is counted. */
const harmlessFixes: ReadonlySet<Fix> = new Set<Fix>(['release', 'return']);

/** What one person may leave alone for good: nobody's money is kept, and it is seen elsewhere, too. */
const harmlessToIgnore: ReadonlySet<FindingKind> = new Set<FindingKind>([
  'reservation-without-order',
  'second-reservation',
  'stock-held',
  'stock-sold',
  'stock-not-sold',
  'saga-needs-attention',
]);

/** What makes it take a second person to deal with a finding. */
export function concernOfDealing(action: 'fix' | 'ignore', row: ReconciliationFindingRow): Concern | null {
  const { kind, state, fix, itemId, orderId, amountMinor, currency } = row;
  const about = { kind, state, fix, itemId, orderId, amountMinor, currency };
  if (action === 'fix') {
    return fix !== null && harmlessFixes.has(fix) ? null : { why: 'it gives back money', about };
  }
  return harmlessToIgnore.has(kind) ? null : { why: `${kind} would never be reported again`, about };
}
