import { assertNever } from '#libs/kernel/errors.js';
import { change, type Order, type OrderRequest, type Payment, type Reason } from './order.js';
import type { OrderStatus } from './order-status.js';
import { IllegalTransition } from './order.errors.js';

/** The rules of calling an order off. Pure, like those in order.ts. */

/**
 * What a cancellation comes to. `ask-the-saga`: whether the order can still be rejected only its place-order saga knows.
 * `cancel`: it is confirmed, so money and stock are given back. `nothing`: it is off already, or will be.
 */
export type CancellationWay = 'ask-the-saga' | 'cancel' | 'nothing' | 'too-late';

export function cancellationWay(status: OrderStatus): CancellationWay {
  switch (status) {
    case 'PENDING':
      return 'ask-the-saga';
    case 'CONFIRMED':
    case 'PREPARING':
      return 'cancel';
    case 'CANCELLING':
    case 'CANCELLED':
    case 'REJECTED':
      return 'nothing';
    case 'SHIPPED':
    case 'OUT_FOR_DELIVERY':
    case 'DELIVERED':
    case 'RETURNED':
    case 'REFUNDED':
    case 'PARTIALLY_REFUNDED':
      return 'too-late';
    default:
      return assertNever(status, 'status of an order');
  }
}

/** Whether its sagas may still be needed: one of them is at work, or the order may yet be called off. */
export const needsItsSagas = (status: OrderStatus): boolean =>
  status === 'CANCELLING' || ['ask-the-saga', 'cancel'].includes(cancellationWay(status));

/** The wish to call the order off; null when nobody has it. */
export const cancellationOf = (order: Order): OrderRequest | null =>
  order.requests.find(({ askedFor }) => askedFor === 'CANCELLED') ?? null;

/**
 * Records on a pending order that it is to be called off, however its saga ends: a saga that still can rolls back, and one
 * that confirms the order after all is followed by its cancellation.
 */
export function requestCancellation(order: Order, request: OrderRequest): Order {
  if (order.status !== 'PENDING') throw new IllegalTransition(order.id, order.status, 'CANCELLED');
  return {
    ...order,
    requests: [...order.requests, request],
    version: order.version + 1,
    updatedAt: request.at,
  };
}

/** Nothing will be shipped any more; money and stock are on their way back. */
export function startCancelling(order: Order, request: OrderRequest, at: Date): Order {
  const requests = order.requests.includes(request) ? order.requests : [...order.requests, request];
  return change(order, 'CANCELLING', at, { requests, reason: reasonOf(request) });
}

/** Everything is back where it came from. */
export const cancelled = (
  order: Order,
  status: Extract<Payment['status'], 'REFUNDED' | 'CANCELLED'>,
  at: Date,
): Order => change(order, 'CANCELLED', at, { payment: { ...order.payment, status } });

const reasons = {
  customer: { code: 'cancelled-by-customer', detail: 'Cancelled by the customer.' },
  operator: { code: 'cancelled-by-operator', detail: 'Cancelled by an operator.' },
} as const;

/** Why the order will have been called off, for whoever looks at it afterwards. */
export function reasonOf({ by, note }: OrderRequest): Reason {
  const { code, detail } = reasons[by];
  return { code, detail: note ?? detail };
}
