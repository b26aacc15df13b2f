import { moneyToJson } from '#libs/kernel/money.js';
import type { Outbox } from '#libs/messaging/outbox';
import type { WorkingSet } from '#libs/persistence/unit-of-work';
import { sagas as sagaTable, type SagaStarter } from '#libs/saga/runner';
import { cancelOrderSaga } from './cancel-order.saga.js';
import { startCancelling } from '../domain/cancellation.js';
import type { Order, OrderRequest } from '../domain/order.js';
import { changeOrder } from '../persistence/change-order.js';
import type { PlaceOrderData } from './place-order.saga.js';
import { cancelOrderSagaId, placeOrderSagaId } from './saga-ids.js';
import type { OrderAct } from './order-act.js';

/**
 * Begins to call off a confirmed order, in the unit that decided to. The unit has loaded the order's place-order saga:
 * only that knows which stock to return.
 */
export function startCancelOrder(
  work: WorkingSet,
  order: Order,
  request: OrderRequest,
  sagas: SagaStarter<OrderAct>,
  outbox: Pick<Outbox, 'publish'>,
): void {
  const { reservationId } = work.get(sagaTable, placeOrderSagaId(order.id)).data as PlaceOrderData;
  const { paymentId } = order.payment;
  changeOrder(work, outbox, order, startCancelling(order, request, work.now));
  sagas.start(work, cancelOrderSaga, {
    id: cancelOrderSagaId(order.id),
    subject: order.id,
    data: {
      orderId: order.id,
      reservationId,
      payment: paymentId === null ? null : { paymentId, amount: moneyToJson(order.total) },
    },
  });
}
