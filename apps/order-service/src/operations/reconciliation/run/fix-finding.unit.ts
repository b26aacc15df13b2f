import { derivedId, isId } from '#libs/kernel/ids.js';
import { lock, read, type UnitOfWork, type WorkingSet } from '#libs/persistence/unit-of-work';
import { sagas as sagaTable, type SagaStarter } from '#libs/saga/runner';
import { expectationOf, type FindingKind, type Fix } from '../../../domain/reconciliation.js';
import { orders } from '../../../persistence/order.row.js';
import type { PlaceOrderData } from '../../../sagas/place-order.saga.js';
import {
  reconciliationFindings,
  type FindingState,
  type ReconciliationFindingRow,
} from '../reconciliation-finding.row.js';
import { placeOrderSagaId } from '../../../sagas/saga-ids.js';
import type { OrderAct } from '../../../sagas/order-act.js';
import { startGiveBack } from '../../../sagas/start-give-back.js';
import { FindingNotFixable } from '../reconciliation.errors.js';

export interface FixingAnswer {
  readonly findingId: string;
  readonly preview: boolean;
  readonly state: FindingState;
  /** The give-back saga that does it. */
  readonly sagaId: string;
  readonly text: string;
}

const words: Record<Fix, string> = {
  refund: 'what is kept of the payment is given back to the customer',
  release: 'the stock that is held is released',
  return: 'the stock that was sold is taken back',
};

/**
 * Gives back what nobody may keep. Looks at the order once more, under its lock: a finding may be a day old.
 * @param finding as it was looked up; what it is about never changes.
 * @throws FindingNotFixable
 */
export const fixFinding = (
  finding: Pick<ReconciliationFindingRow, 'id' | 'orderId'>,
  { preview }: { readonly preview: boolean },
  starter: SagaStarter<OrderAct>,
): UnitOfWork<FixingAnswer> => {
  const { id, orderId } = finding;
  const ofOrder = isId(orderId) ? [lock(orders, orderId), read(sagaTable, placeOrderSagaId(orderId))] : [];
  return {
    name: 'fix-finding',
    load: [lock(reconciliationFindings, id), ...ofOrder],
    decide: (work) => {
      const row = work.get(reconciliationFindings, id);
      const fix = fixableBy(row);
      refuseWhatIsNotSo(work, row);
      const itemId = row.paymentId ?? row.reservationId ?? row.itemId;
      // Of the run that saw it last: should it come back after it was fixed, it may be fixed again.
      const sagaId = derivedId(id, `give-back:${row.runId}`);
      if (!preview) {
        work.update(reconciliationFindings, { ...row, state: 'fixing' });
        startGiveBack(work, sagaId, { orderId, what: { kind: fix, id: itemId } }, starter);
      }
      const text = preview ? `Would happen: ${words[fix]}.` : `It is begun: ${words[fix]}.`;
      return { findingId: id, preview, state: preview ? row.state : 'fixing', sagaId, text };
    },
  };
};

function fixableBy({ state, fix, orderId }: ReconciliationFindingRow): Fix {
  if (state !== 'open') throw new FindingNotFixable(`the finding is ${state}`);
  if (fix === null) throw new FindingNotFixable('a person has to decide what is right here');
  if (!isId(orderId)) throw new FindingNotFixable(`${JSON.stringify(orderId)} is not the id of an order`);
  return fix;
}

const withoutOrder: ReadonlySet<FindingKind> = new Set(['charge-without-order', 'reservation-without-order']);
const second: ReadonlySet<FindingKind> = new Set(['second-charge', 'second-reservation']);

function refuseWhatIsNotSo(
  work: WorkingSet,
  { kind, orderId, paymentId, reservationId }: ReconciliationFindingRow,
): void {
  const order = work.find(orders, orderId);
  if (withoutOrder.has(kind)) {
    if (order) throw new FindingNotFixable('there is such an order now');
    return;
  }
  if (!order) throw new FindingNotFixable('the order is not there any more');
  if (second.has(kind)) {
    const own = work.find(sagaTable, placeOrderSagaId(orderId))?.data as PlaceOrderData | undefined;
    const isOwn = own?.paymentId === paymentId || own?.reservationId === reservationId;
    if (!own || isOwn) throw new FindingNotFixable('it may be what the order was placed with');
    return;
  }
  const expectation = expectationOf(order.status);
  const entitled = kind === 'money-kept' ? expectation?.money !== 'none' : expectation?.stock !== 'none';
  if (entitled) throw new FindingNotFixable(`the order is ${order.status} now`);
}
