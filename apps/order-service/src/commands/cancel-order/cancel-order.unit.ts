import type { Caller } from '#libs/kernel/caller.js';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { assertNever } from '#libs/kernel/errors.js';
import type { Outbox } from '#libs/messaging/outbox';
import type { UnitOfWork, WorkingSet } from '#libs/persistence/unit-of-work';
import type { SagaRunner } from '#libs/saga/runner';
import { orderForChange, type ExpectedVersions } from '../order-for-change.js';
import { cancellationOf, cancellationWay, reasonOf, requestCancellation } from '../../domain/cancellation.js';
import type { Order, OrderRequest } from '../../domain/order.js';
import { TooLateToCancel } from '../../domain/order.errors.js';
import { changeOrder } from '../../persistence/change-order.js';
import { toDocument } from '../../persistence/order-document.js';
import { toOrder } from '../../persistence/order.mapper.js';
import { orders } from '../../persistence/order.row.js';
import { placeOrderSagaId } from '../../sagas/saga-ids.js';
import type { OrderAct } from '../../sagas/order-act.js';
import { startCancelOrder } from '../../sagas/start-cancel-order.js';

export interface Cancellation {
  readonly caller: Caller;
  readonly orderId: string;
  readonly reason: string | null;
  readonly expectedVersions: ExpectedVersions;
}

type Sagas = Pick<SagaRunner<OrderAct>, 'loadsOf' | 'takeIn' | 'start'>;

/**
 * Calls an order off. The order and its place-order saga are locked together, so that whatever else happens to them at
 * the same time (a capture, a confirmation, another cancellation, shipping) happened wholly before or wholly after.
 */
export const cancelOrder = (
  { caller, orderId, reason, expectedVersions }: Cancellation,
  sagas: Sagas,
  outbox: Pick<Outbox, 'publish'>,
): UnitOfWork<OrderDocument> => ({
  name: 'cancel-order',
  load: sagas.loadsOf(placeOrderSagaOf(orderId)),
  decide: (work) => {
    const order = orderForChange(work, caller, orderId, expectedVersions);
    const by = caller.subject === order.customerId ? 'customer' : 'operator';
    decide(
      order,
      { askedFor: 'CANCELLED', by, subject: caller.subject, note: reason, at: work.now },
      { work, sagas, outbox },
    );
    return toDocument(toOrder(work.get(orders, orderId)));
  },
});

interface Means {
  readonly work: WorkingSet;
  readonly sagas: Sagas;
  readonly outbox: Pick<Outbox, 'publish'>;
}

function decide(order: Order, request: OrderRequest, means: Means): void {
  const way = cancellationWay(order.status);
  switch (way) {
    case 'ask-the-saga':
      return askTheSaga(order, request, means);
    case 'cancel':
      return startCancelOrder(means.work, order, request, means.sagas, means.outbox);
    case 'nothing':
      return;
    case 'too-late':
      throw new TooLateToCancel(order.id, order.status);
    default:
      return assertNever(way, 'way of a cancellation');
  }
}

/**
 * The request is kept with the order in any case: a saga that is past its pivot ignores it, and the order is called off
 * as soon as it has been confirmed (see order.binding.ts).
 */
function askTheSaga(order: Order, request: OrderRequest, { work, sagas, outbox }: Means): void {
  if (cancellationOf(order)) return;
  changeOrder(work, outbox, order, requestCancellation(order, request));
  const rollBack = { type: 'roll-back-requested', reason: reasonOf(request) } as const;
  sagas.takeIn(work, placeOrderSagaOf(order.id), rollBack);
}

const placeOrderSagaOf = (orderId: string) => ({ id: placeOrderSagaId(orderId), subject: orderId });
