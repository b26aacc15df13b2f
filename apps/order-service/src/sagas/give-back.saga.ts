import type { PaymentRefunded } from '#libs/contracts/payment/payment.messages.js';
import { inWords, sameMoney } from '#libs/contracts/shapes.js';
import { Defect } from '#libs/kernel/errors.js';
import { defineSaga, goOn, untilAnswered } from '#libs/saga/definition';
import type { GiveBack } from '../domain/give-back.js';
import * as inventory from './participants/inventory.participant.js';
import * as payment from './participants/payment.participant.js';

/**
 * Gives back what is nobody's: money that was taken, or stock that is held, for an order that has no right to it; found
 * by reconciliation, or told by a participant that contradicts itself. A saga, so that it is retried, ends, and is seen
 * like everything else that is asked of participants. Each of its commands agrees where nothing is left to give back.
 */
export const giveBackSaga = defineSaga<GiveBackData, GaveBackAct>('give-back', { version: 1 })
  .pivot()
  .step('refund-payment', {
    when: ({ what }) => what.kind === 'refund',
    ask: payment.refundPayment,
    with: ({ what }) => ({ paymentId: what.id }),
    on: { PaymentRefunded: goOn({ remember: theAmountIsBack }) },
    patience: untilAnswered,
  })
  .step('release-stock', {
    when: ({ what }) => what.kind === 'release',
    ask: inventory.releaseStock,
    with: ({ what }) => ({ reservationId: what.id }),
    on: { StockReleased: goOn() },
    patience: untilAnswered,
  })
  .step('return-stock', {
    when: ({ what }) => what.kind === 'return',
    ask: inventory.returnStock,
    with: ({ what }) => ({ reservationId: what.id }),
    on: { StockReturned: goOn() },
    patience: untilAnswered,
  })
  .end({ completed: { recordedAs: 'given-back', act: () => ({ type: 'gave-back' }) } });

export interface GiveBackData {
  readonly orderId: string;
  readonly what: GiveBack;
}

/** Nothing happens to the order: it had no right to it, or does not exist. */
export interface GaveBackAct {
  readonly type: 'gave-back';
}

/** @throws Defect when it is another amount: a person has to look before it counts as settled. */
function theAmountIsBack(data: GiveBackData, { amount }: PaymentRefunded): GiveBackData {
  const due = data.what.amount;
  if (due && amount && !sameMoney(amount, due)) {
    throw new Defect(`payment ${data.what.id}: ${inWords(amount)} came back of ${inWords(due)}`);
  }
  return data;
}
