import { defineSaga } from '#libs/saga/definition.js';
import { untilAnswered } from '#libs/saga/patience.js';
import { goOn } from '#libs/saga/reactions.js';
import * as inventory from '../participants/inventory.participant.js';
import * as payment from '../participants/payment.participant.js';

/**
 * Gives back what reconciliation found to be nobody's: money that was taken, or stock that is held, for an order that has
 * no right to it. A saga, so that it is retried, ends, and is seen like all else that is asked of participants. Each of its
 * commands agrees where there is nothing to give back any more.
 */
export const giveBackSaga = defineSaga<GiveBackData, GiveBackAct>('give-back', { version: 1 })
  .pivot()
  .step('refund-payment', {
    when: ({ what }) => what.kind === 'refund',
    ask: payment.refundPayment,
    with: ({ what }) => ({ paymentId: what.id }),
    on: { PaymentRefunded: goOn() },
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
  readonly what: { readonly kind: 'refund' | 'release' | 'return'; readonly id: string };
}

/** Nothing becomes of the order: it had no right to it, or does not exist. */
export interface GiveBackAct {
  readonly type: 'gave-back';
}
