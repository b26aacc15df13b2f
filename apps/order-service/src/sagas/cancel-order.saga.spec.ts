import { describe, expect, it } from '@jest/globals';
import { ReturnStock, StockReturned } from '#libs/contracts/inventory/inventory.messages.js';
import { PaymentRefunded, RefundPayment } from '#libs/contracts/payment/payment.messages.js';
import { Defect } from '#libs/kernel/errors.js';
import { sagaScenario } from '#libs/saga/testing/saga-scenario.js';
import { cancelOrderSaga, type CancelOrderData } from './cancel-order.saga.js';

const reservation = { reservationId: '01997000-0000-7000-8000-000000000001' };
const payment = { paymentId: '01997000-0000-7000-8000-000000000002' };
const total = { amount: '59.98', currency: 'USD' };

const paid: CancelOrderData = {
  orderId: '01997000-0000-7000-8000-000000000003',
  ...reservation,
  payment: { ...payment, amount: total },
};
const onDelivery: CancelOrderData = { ...paid, payment: null };

const cancelling = (data = paid) => sagaScenario(cancelOrderSaga).given(data);
const refunded = () => cancelling().whenAnswered(PaymentRefunded, { ...payment, amount: total });

describe('cancelling an order', () => {
  it('gives the money back first, then the stock, and then the order is cancelled', () => {
    cancelling()
      .expectAsked(RefundPayment, payment)
      .whenAnswered(PaymentRefunded, { ...payment, amount: total })
      .expectAsked(ReturnStock, reservation)
      .whenAnswered(StockReturned, reservation)
      .expectCompleted({ type: 'cancel', paymentStatus: 'REFUNDED' })
      .expectTimelineKinds('accepted', 'asked', 'replied', 'asked', 'replied', 'cancelled');
  });

  it('refunds nothing where nothing was taken', () => {
    cancelling(onDelivery)
      .expectAsked(ReturnStock, reservation)
      .whenAnswered(StockReturned, reservation)
      .expectCompleted({ type: 'cancel', paymentStatus: 'CANCELLED' })
      .expectTimelineKinds('accepted', 'skipped', 'asked', 'replied', 'cancelled');
  });

  it('keeps the stock while the refund is not certain', () => {
    cancelling().whenSilent({ deadlines: 3 }).expectAsked(RefundPayment, payment).expectSameCommandAgain();
  });
});

describe('when nobody answers', () => {
  it.each([
    ['the refund', cancelling, RefundPayment],
    ['the return of the stock', refunded, ReturnStock],
  ] as const)('asks for %s again for ever, and needs attention after ten attempts', (_, begun, message) => {
    begun()
      .expectPatienceOf(5)
      .whenSilent({ deadlines: 9 })
      .expectStatus('running')
      .whenSilent()
      .expectAsked(message)
      .expectSameCommandAgain()
      .expectStatus('needs-attention')
      .expectPatienceOf(60);
  });

  it('goes on as if nothing had happened when the answer comes after all', () => {
    refunded()
      .whenSilent({ deadlines: 12 })
      .whenAnswered(StockReturned, reservation)
      .expectCompleted({ type: 'cancel', paymentStatus: 'REFUNDED' });
  });
});

describe('once begun', () => {
  it('cannot be rolled back: the customer has been told', () => {
    cancelling()
      .whenRollBackRequested('cancelled-by-operator', 'The customer wants it after all.')
      .expectIgnored('past-the-pivot');
  });

  it('takes each answer once', () => {
    refunded().whenAnsweredAgain().expectIgnored('duplicate');
  });
});

describe('when another amount came back than was taken', () => {
  it.each([
    ['less', { amount: '59.97', currency: 'USD' }],
    ['another currency', { amount: '59.98', currency: 'EUR' }],
    ['nothing', null],
  ])('takes %s for a defect, which a person has to look at', (_, amount) => {
    const order = cancelling();
    expect(() => order.whenAnswered(PaymentRefunded, { ...payment, amount })).toThrow(Defect);
  });

  it('takes the same amount, written otherwise, for the same', () => {
    cancelling({ ...paid, payment: { ...payment, amount: { amount: '60.00', currency: 'USD' } } })
      .whenAnswered(PaymentRefunded, { ...payment, amount: { amount: '60', currency: 'USD' } })
      .expectAsked(ReturnStock);
  });
});

describe('when an operator did by hand what was asked', () => {
  it('goes on to the stock after a refund by hand, and ends', () => {
    cancelling()
      .whenDoneByHand('refunded at the provider')
      .expectAsked(ReturnStock, reservation)
      .whenDoneByHand('put back on the shelf and booked')
      .expectCompleted({ type: 'cancel', paymentStatus: 'REFUNDED' });
  });
});
