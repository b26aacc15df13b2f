import { describe, expect, it } from '@jest/globals';
import {
  ReleaseStock,
  ReturnStock,
  StockReleased,
  StockReturned,
} from '#libs/contracts/inventory/inventory.messages.js';
import { Defect } from '#libs/kernel/errors.js';
import type { MessageType } from '#libs/contracts/message-type.js';
import { PaymentRefunded, RefundPayment } from '#libs/contracts/payment/payment.messages.js';
import { sagaScenario } from '#libs/saga/testing/saga-scenario.js';
import { walk } from '#libs/saga/testing/walk.js';
import { giveBackSaga, type GiveBackData } from './give-back.saga.js';
import { samples } from './testing/give-back.samples.js';

const id = '01997000-0000-7000-8000-000000000002';
const givingBack = (kind: GiveBackData['what']['kind']): GiveBackData => ({
  orderId: '01997000-0000-7000-8000-000000000001',
  what: { kind, id },
});

describe('giving back', () => {
  it('refunds a charge', () => {
    sagaScenario(giveBackSaga)
      .given(givingBack('refund'))
      .expectAsked(RefundPayment, { paymentId: id })
      .whenAnswered(PaymentRefunded, { paymentId: id, amount: { amount: '9.99', currency: 'USD' } })
      .expectCompleted({ type: 'gave-back' });
  });

  it('does not take another amount for what was taken', () => {
    const amount = { amount: '9.99', currency: 'USD' };
    const what = { kind: 'refund', id, amount } as const;
    const refunding = () => sagaScenario(giveBackSaga).given({ ...givingBack('refund'), what });
    const less = { paymentId: id, amount: { amount: '9.98', currency: 'USD' } };
    expect(() => refunding().whenAnswered(PaymentRefunded, less)).toThrow(Defect);
    refunding()
      .whenAnswered(PaymentRefunded, { paymentId: id, amount: null })
      .expectCompleted({ type: 'gave-back' });
  });

  it('releases stock that is held', () => {
    sagaScenario(giveBackSaga)
      .given(givingBack('release'))
      .expectAsked(ReleaseStock, { reservationId: id })
      .whenAnswered(StockReleased, { reservationId: id })
      .expectCompleted({ type: 'gave-back' });
  });

  it('takes stock back that is sold', () => {
    sagaScenario(giveBackSaga)
      .given(givingBack('return'))
      .expectAsked(ReturnStock, { reservationId: id })
      .whenAnswered(StockReturned, { reservationId: id })
      .expectCompleted({ type: 'gave-back' });
  });

  it('keeps the promises of every saga in every state', () => {
    const { seen } = walk(giveBackSaga, {
      begunWith: Object.values(samples.begunWith),
      samples: ({ type }: MessageType) => samples.answers?.[type] ?? [{}],
    });
    expect([...seen]).toEqual(expect.arrayContaining(['running', 'needs-attention', 'completed']));
  });
});
