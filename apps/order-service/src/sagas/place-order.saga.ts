import type { ReserveStock, StockShort } from '#libs/contracts/inventory/inventory.messages.js';
import type {
  PaymentDeclined,
  PaymentRefunded,
  PaymentTaken,
  TakePayment,
} from '#libs/contracts/payment/payment.messages.js';
import { inWords, isNothing, sameMoney, type StockLine, type WireMoney } from '#libs/contracts/shapes.js';
import { Defect } from '#libs/kernel/errors.js';
import {
  compensated,
  defineSaga,
  goOn,
  keepWaiting,
  type Reason,
  rollBack,
  untilAnswered,
} from '#libs/saga/definition';
import type { GiveBackAct } from '../domain/give-back.js';
import * as inventory from './participants/inventory.participant.js';
import * as payment from './participants/payment.participant.js';

/** Carries an accepted order to its end: stock held, paid, stock sold, confirmed; or all of it undone, rejected. */
export const placeOrderSaga = defineSaga<PlaceOrderData, PlaceOrderAct, RejectionCode>('place-order', {
  version: 2,
})
  .step('reserve-stock', {
    ask: inventory.reserveStock,
    with: theOrderedLines,
    on: {
      StockReserved: goOn(),
      StockShort: rollBack('out-of-stock', { detail: whatIsShort, remember: ordered }),
      ReservationCancelled: rollBack('reservation-cancelled'),
    },
    patience: { deadlineSeconds: 30, attempts: 3, onSilence: rollBack('inventory-timeout') },
    compensate: {
      ask: inventory.releaseStock,
      with: theReservation,
      on: { StockReleased: compensated() },
    },
    giveBack: theHeldStock,
  })
  .step('take-payment', {
    when: paidNow,
    ask: payment.takePayment,
    with: theCharge,
    on: {
      PaymentTaken: goOn({ remember: paid }),
      PaymentDeclined: rollBack(declinedOrTimedOut, { detail: whyDeclined, remember: declined }),
      PaymentPending: keepWaiting({ deadlineSeconds: 300 }),
      PaymentCancelled: rollBack('payment-cancelled'),
    },
    patience: { deadlineSeconds: 30, attempts: 3, onSilence: rollBack('payment-timeout') },
    forget: theToken,
    compensate: {
      ask: payment.refundPayment,
      with: thePayment,
      on: { PaymentRefunded: compensated({ remember: refunded }) },
      byHand: refundedByHand,
      foundNothing: nothingWasTaken,
    },
    giveBack: theTakenMoney,
  })
  .pivot()
  .step('commit-stock', {
    ask: inventory.commitStock,
    with: theReservation,
    on: { StockCommitted: goOn() },
    patience: untilAnswered,
  })
  .end({
    completed: { recordedAs: 'confirmed', act: confirm },
    rolledBack: { recordedAs: 'rejected', act: reject },
  });

export interface PlaceOrderData {
  readonly orderId: string;
  readonly customerId: string;
  readonly reservationId: string;
  readonly paymentId: string;
  readonly lines: readonly StockLine[];
  readonly total: WireMoney;
  /** Null: what the provider keeps for the customer. Forgotten as soon as no charge can be asked for with it any more. */
  readonly payment: { readonly method: 'card' | 'cash_on_delivery'; readonly token: string | null };
  readonly paymentStatus: 'PENDING' | 'PAID' | 'DECLINED' | 'REFUNDED' | 'CANCELLED';
}

/** What becomes of the order. */
export type PlaceOrderAct =
  | { readonly type: 'confirm'; readonly payment: SettledPayment<'PAID' | 'DUE_ON_DELIVERY'> }
  | {
      readonly type: 'reject';
      readonly reason: { readonly code: RejectionCode; readonly detail: string };
      readonly payment: SettledPayment<'DECLINED' | 'REFUNDED' | 'CANCELLED'>;
    }
  | GiveBackAct;

interface SettledPayment<Status> {
  readonly status: Status;
  /** Null where no payment was to be taken. */
  readonly paymentId: string | null;
}

export type RejectionCode =
  | 'out-of-stock'
  | 'reservation-cancelled'
  | 'inventory-timeout'
  | 'payment-declined'
  | 'payment-cancelled'
  | 'payment-timeout'
  | 'cancelled-by-customer'
  | 'cancelled-by-operator';

function theOrderedLines({ reservationId, lines }: PlaceOrderData): ReserveStock {
  return { reservationId, lines: [...lines] };
}

function theReservation({ reservationId }: PlaceOrderData) {
  return { reservationId };
}

function theCharge({ paymentId, customerId, total, payment }: PlaceOrderData): TakePayment {
  return { paymentId, customerId, amount: total, method: 'card', token: payment.token ?? undefined };
}

function thePayment({ paymentId }: PlaceOrderData) {
  return { paymentId };
}

function theHeldStock({ reservationId }: PlaceOrderData): GiveBackAct {
  return { type: 'give-back', what: { kind: 'release', id: reservationId } };
}

function theTakenMoney({ paymentId, total }: PlaceOrderData): GiveBackAct {
  return { type: 'give-back', what: { kind: 'refund', id: paymentId, amount: total } };
}

function theToken(data: PlaceOrderData): PlaceOrderData {
  return { ...data, payment: { ...data.payment, token: null } };
}

/** Nothing to pay, nothing asked: what costs nothing waits for no payment service, and no card can be declined for it. */
function paidNow({ payment, total }: PlaceOrderData): boolean {
  return payment.method === 'card' && !isNothing(total);
}

/** @throws Defect when another amount was taken than the order's total: a person has to look at that. */
function paid(data: PlaceOrderData, { amount }: PaymentTaken): PlaceOrderData {
  if (!sameMoney(amount, data.total)) {
    throw new Defect(`payment ${data.paymentId} took ${inWords(amount)} of ${inWords(data.total)}`);
  }
  return { ...data, paymentStatus: 'PAID' };
}

/** @throws Defect when it names what was not ordered: it may be about another order. */
function ordered(data: PlaceOrderData, { shortages }: StockShort): PlaceOrderData {
  const other = shortages.find(({ sku }) => !data.lines.some((line) => line.sku === sku));
  if (other) throw new Defect(`order ${data.orderId} has no ${other.sku} that could be short`);
  return data;
}

function declined(data: PlaceOrderData): PlaceOrderData {
  return { ...data, paymentStatus: 'DECLINED' };
}

/** @throws Defect when less or more came back than was taken: a person has to look before the order counts as settled. */
function refunded(data: PlaceOrderData, { amount }: PaymentRefunded): PlaceOrderData {
  if (amount !== null && !sameMoney(amount, data.total)) {
    throw new Defect(`payment ${data.paymentId}: ${inWords(amount)} came back of ${inWords(data.total)}`);
  }
  return { ...data, paymentStatus: amount === null ? 'CANCELLED' : 'REFUNDED' };
}

function nothingWasTaken({ paymentStatus }: PlaceOrderData): boolean {
  return paymentStatus === 'CANCELLED';
}

function refundedByHand(data: PlaceOrderData): PlaceOrderData {
  return { ...data, paymentStatus: 'REFUNDED' };
}

function declinedOrTimedOut({ code }: PaymentDeclined): RejectionCode {
  return code === 'provider-timeout' ? 'payment-timeout' : 'payment-declined';
}

function whyDeclined({ code }: PaymentDeclined): string {
  return `The payment was not made: ${code}.`;
}

function whatIsShort({ shortages }: StockShort): string {
  const lines = shortages.map(
    ({ sku, requested, available }) => `${sku} (${requested} ordered, ${available} left)`,
  );
  return `Not enough in stock of ${lines.join(', ')}.`;
}

function confirm(data: PlaceOrderData): PlaceOrderAct {
  if (paidNow(data)) return { type: 'confirm', payment: { status: 'PAID', paymentId: data.paymentId } };
  // Where nothing was due, everything due is paid, on delivery as well; there is no payment to look up.
  const status = isNothing(data.total) ? 'PAID' : 'DUE_ON_DELIVERY';
  return { type: 'confirm', payment: { status, paymentId: null } };
}

function reject(data: PlaceOrderData, { code, detail }: Reason<RejectionCode>): PlaceOrderAct {
  return {
    type: 'reject',
    reason: { code, detail: detail ?? details[code] },
    payment: { status: paymentOfARejected(data), paymentId: paidNow(data) ? data.paymentId : null },
  };
}

function paymentOfARejected({ orderId, paymentStatus }: PlaceOrderData) {
  if (paymentStatus === 'PAID') throw new Defect(`order ${orderId} cannot be rejected while it is paid`);
  return paymentStatus === 'PENDING' ? 'CANCELLED' : paymentStatus;
}

const details: Record<RejectionCode, string> = {
  'out-of-stock': 'Not enough in stock.',
  'reservation-cancelled': 'The reservation was cancelled before the stock was held.',
  'inventory-timeout': 'The stock could not be held in time.',
  'payment-declined': 'The payment was declined.',
  'payment-cancelled': 'The payment was cancelled before it was taken.',
  'payment-timeout': 'The payment could not be settled in time; nothing is charged.',
  'cancelled-by-customer': 'Cancelled by the customer.',
  'cancelled-by-operator': 'Cancelled by an operator.',
};
