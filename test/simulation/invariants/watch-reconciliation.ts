import { isFinished } from '#libs/saga/engine/instance.js';
import { instanceOfRow, sagas, type SagaRow } from '#libs/saga/runner/saga.row.js';
import {
  reconciliationFindings,
  type ReconciliationFindingRow,
} from '../../../apps/order-service/src/operations/reconciliation/reconciliation-finding.row.js';
import { reconciliationRuns } from '../../../apps/order-service/src/operations/reconciliation/reconciliation-run.row.js';
import { orders } from '../../../apps/order-service/src/persistence/order.row.js';
import type { GiveBackData } from '../../../apps/order-service/src/sagas/give-back.saga.js';
import type { PlaceOrderData } from '../../../apps/order-service/src/sagas/place-order.saga.js';
import type { Databases } from '../services/cluster.js';
import type { Coverage } from '../world/coverage.js';
import type { SimulatedProvider } from '../world/simulated-provider.js';
import type { Untruths } from '../world/untruths.js';
import { changesOf, type CommitObserver, type Report } from './commit-observer.js';

/** Orders that have a right to their money. */
const paid: ReadonlySet<string> = new Set([
  'CONFIRMED',
  'PREPARING',
  'SHIPPED',
  'OUT_FOR_DELIVERY',
  'DELIVERED',
]);

/** What a comparison finds is wrong, whenever it is made; and what is given back is nobody's, and given back once. */
export const watchReconciliation =
  (
    { orders: database }: Databases,
    bank: SimulatedProvider,
    untruths: Untruths,
    coverage: Coverage,
    report: Report,
  ): CommitObserver =>
  (commit) => {
    for (const { after, before } of changesOf(commit, reconciliationRuns)) {
      if (after?.endedAt && !before?.endedAt) coverage.count(`reconciliation.${after.state}`);
    }
    for (const { before, after } of changesOf(commit, reconciliationFindings)) {
      if (!after || before?.lastSeenAt.getTime() === after.lastSeenAt.getTime()) continue;
      coverage.count(`finding.${after.kind}`);
      if (!isWrong(after)) report('a comparison finds only what is wrong', `${after.kind}: ${after.detail}`);
    }
    for (const { before, after } of changesOf(commit, sagas)) {
      if (!before && after?.saga === 'give-back') checkGivingBack(after);
    }

    function isWrong({ kind, paymentId, runId }: ReconciliationFindingRow): boolean {
      if (kind === 'saga-needs-attention') return true;
      if (paymentId === null) return false;
      if (untruths.payments.has(paymentId)) return true;
      const refundedAt = bank.ledger.get(paymentId)?.refundedAt ?? Infinity;
      const { startedAt } = database.peek(reconciliationRuns, runId)!;
      return (
        bank.usedByHand.has(paymentId) || (bank.strays.has(paymentId) && refundedAt > startedAt.getTime())
      );
    }

    function checkGivingBack({ id, subject, data }: SagaRow): void {
      const { what } = data as GiveBackData;
      const own = database.peek(sagas, subject)?.data as PlaceOrderData | undefined;
      const isOwn = own?.paymentId === what.id || own?.reservationId === what.id;
      if (isOwn && paid.has(database.peek(orders, subject)?.status ?? '')) {
        report('nothing is given back that an order has a right to', `${what.kind} ${what.id} of ${subject}`);
      }
      const twice = [...database.all(sagas)].filter(
        (other) =>
          other.saga === 'give-back' &&
          other.id !== id &&
          !isFinished(instanceOfRow(other)) &&
          (other.data as GiveBackData).what.id === what.id,
      );
      // What a participant contradicts is given back by itself, whatever else is under way.
      if (twice.length > 0 && !untruths.payments.has(what.id)) {
        report('what is found is given back once', `${what.kind} ${what.id}`);
      }
    }
  };
