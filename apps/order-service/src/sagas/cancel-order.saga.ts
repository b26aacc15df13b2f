import type { PaymentRefunded } from '#libs/contracts/payment/payment.messages.js';
import { inWords, sameMoney, type WireMoney } from '#libs/contracts/shapes.js';
import { Defect } from '#libs/kernel/errors.js';
import { defineSaga, goOn, untilAnswered } from '#libs/saga/definition';
import * as inventory from './participants/inventory.participant.js';
import * as payment from './participants/payment.participant.js';

/**
 * Calls off an order that was confirmed. Its pivot comes first: whoever was told that the order is being cancelled is not
 * told otherwise later.
 *
 * Money before stock. While a refund is stuck, goods that are held back cost a sale at most; goods that were returned first
 * would be sold to somebody else while the customer has neither them nor the money.
 */
export const cancelOrderSaga = defineSaga<CancelOrderData, CancelOrderAct>('cancel-order', { version: 1 })
  .pivot()
  .step('refund-payment', {
    when: paid,
    ask: payment.refundPayment,
    with: thePayment,
    on: { PaymentRefunded: goOn({ remember: wholeAmountIsBack }) },
    patience: untilAnswered,
  })
  .step('return-stock', {
    ask: inventory.returnStock,
    with: theReservation,
    on: { StockReturned: goOn() },
    patience: untilAnswered,
  })
  .end({ completed: { recordedAs: 'cancelled', act: cancel } });

export interface CancelOrderData {
  readonly orderId: string;
  readonly reservationId: string;
  /** Null where nothing was taken: the customer was to pay on delivery. */
  readonly payment: { readonly paymentId: string; readonly amount: WireMoney } | null;
}

export interface CancelOrderAct {
  readonly type: 'cancel';
  readonly paymentStatus: 'REFUNDED' | 'CANCELLED';
}

function paid({ payment }: CancelOrderData): boolean {
  return payment !== null;
}

function thePayment({ orderId, payment }: CancelOrderData) {
  if (!payment) throw new Defect(`order ${orderId} has no payment to refund`);
  return { paymentId: payment.paymentId };
}

function theReservation({ reservationId }: CancelOrderData) {
  return { reservationId };
}

/** @throws Defect when it is not the amount that was taken: a person has to look before the order counts as settled. */
function wholeAmountIsBack(data: CancelOrderData, { amount }: PaymentRefunded): CancelOrderData {
  const due = data.payment?.amount;
  if (!due || !amount || !sameMoney(amount, due)) {
    throw new Defect(`order ${data.orderId}: ${inWords(amount)} came back of ${inWords(due)}`);
  }
  return data;
}

function cancel({ payment }: CancelOrderData): CancelOrderAct {
  return { type: 'cancel', paymentStatus: payment ? 'REFUNDED' : 'CANCELLED' };
}
