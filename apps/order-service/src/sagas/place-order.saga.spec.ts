import { describe, expect, it } from '@jest/globals';
import {
  CommitStock,
  ReleaseStock,
  ReservationCancelled,
  ReserveStock,
  StockCommitted,
  StockReleased,
  StockReserved,
  StockShort,
} from '#libs/contracts/inventory/inventory.messages.js';
import {
  PaymentCancelled,
  PaymentDeclined,
  PaymentPending,
  PaymentRefunded,
  PaymentTaken,
  RefundPayment,
  TakePayment,
} from '#libs/contracts/payment/payment.messages.js';
import { Defect } from '#libs/kernel/errors.js';
import { sagaScenario } from '#libs/saga/testing/saga-scenario.js';
import { placeOrderSaga, type PlaceOrderData } from './place-order.saga.js';
import { placeOrderSagaV1 } from './place-order.v1.saga.js';

const reservation = { reservationId: '01997000-0000-7000-8000-000000000001' };
const payment = { paymentId: '01997000-0000-7000-8000-000000000002' };
const total = { amount: '59.98', currency: 'USD' };
const lines = [{ sku: 'OAK-TABLE', quantity: 2 }];

const anOrder = (method: 'card' | 'cash_on_delivery' = 'card'): PlaceOrderData => ({
  ...reservation,
  ...payment,
  orderId: '01997000-0000-7000-8000-000000000003',
  customerId: 'cust-1',
  lines,
  total,
  payment: { method, token: method === 'card' ? 'tok_ok' : null },
  paymentStatus: 'PENDING',
});

const placing = (data = anOrder()) => sagaScenario(placeOrderSaga).given(data);
const withStock = () => placing().whenAnswered(StockReserved, reservation);
const paid = () => withStock().whenAnswered(PaymentTaken, { ...payment, amount: total });
const unpaid = () => withStock().whenSilent({ deadlines: 3 });

describe('placing an order', () => {
  it('holds the stock, takes the payment, sells the stock and confirms', () => {
    placing()
      .expectAsked(ReserveStock, { ...reservation, lines })
      .whenAnswered(StockReserved, reservation)
      .expectAsked(TakePayment, {
        ...payment,
        customerId: 'cust-1',
        amount: total,
        method: 'card',
        token: 'tok_ok',
      })
      .whenAnswered(PaymentTaken, { ...payment, amount: total })
      .expectAsked(CommitStock, reservation)
      .whenAnswered(StockCommitted, reservation)
      .expectCompleted({ type: 'confirm', payment: { status: 'PAID', ...payment } })
      .expectTimelineKinds(
        'accepted',
        'asked',
        'replied',
        'asked',
        'replied',
        'asked',
        'replied',
        'confirmed',
      );
  });

  it('takes no payment for cash on delivery', () => {
    placing(anOrder('cash_on_delivery'))
      .whenAnswered(StockReserved, reservation)
      .expectAsked(CommitStock)
      .whenAnswered(StockCommitted, reservation)
      .expectCompleted({ type: 'confirm', payment: { status: 'DUE_ON_DELIVERY', paymentId: null } });
  });
});

describe('when stock is short', () => {
  it('rejects, names what is short, and has nothing to undo', () => {
    placing()
      .whenAnswered(StockShort, {
        ...reservation,
        shortages: [{ sku: 'OAK-TABLE', requested: 2, available: 1 }],
      })
      .expectNothingAsked()
      .expectRolledBack('out-of-stock', {
        type: 'reject',
        reason: {
          code: 'out-of-stock',
          detail: 'Not enough in stock of OAK-TABLE (2 ordered, 1 left).',
        },
        payment: { status: 'CANCELLED', ...payment },
      });
  });

  it('rejects likewise when the reservation was released before it was made', () => {
    placing()
      .whenAnswered(ReservationCancelled, reservation)
      .expectNothingAsked()
      .expectRolledBack('reservation-cancelled');
  });
});

describe('when the payment is declined', () => {
  const declined = (code: PaymentDeclined['code']) =>
    withStock().whenAnswered(PaymentDeclined, { ...payment, code });

  it('gives the stock back, and does not refund what was refused', () => {
    declined('insufficient-funds')
      .expectAsked(ReleaseStock, reservation)
      .whenAnswered(StockReleased, reservation)
      .expectRolledBack('payment-declined', {
        type: 'reject',
        reason: { code: 'payment-declined', detail: 'The payment was not made: insufficient-funds.' },
        payment: { status: 'DECLINED', ...payment },
      });
  });

  it('calls it a timeout when the provider never answered payment-service', () => {
    declined('provider-timeout').whenAnswered(StockReleased, reservation).expectRolledBack('payment-timeout');
  });

  it('gives the stock back too when the payment was cancelled before it was taken', () => {
    withStock()
      .whenAnswered(PaymentCancelled, payment)
      .expectAsked(ReleaseStock)
      .whenAnswered(StockReleased, reservation)
      .expectRolledBack('payment-cancelled');
  });
});

describe('when the payment is pending', () => {
  it('waits five minutes per attempt, and takes the answer that comes then', () => {
    withStock()
      .whenAnswered(PaymentPending, payment)
      .expectNothingAsked()
      .expectPatienceOf(300)
      .whenAnswered(PaymentTaken, { ...payment, amount: total })
      .expectAsked(CommitStock);
  });

  it('is not held up for ever by a participant that says "later" again and again', () => {
    const order = withStock();
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      order.whenAnswered(PaymentPending, payment).whenAnsweredAgain().expectIgnored('duplicate').whenSilent();
    }
    order.expectAsked(RefundPayment);
  });
});

describe.each([
  ['0.00', 'USD'],
  ['0', 'JPY'],
  ['0.000', 'KWD'],
])('an order that costs %s %s', (amount, currency) => {
  const nothing = (method: 'card' | 'cash_on_delivery') => ({
    ...anOrder(method),
    total: { amount, currency },
    payment: { method, token: method === 'card' ? 'tok_declined' : null },
  });

  it.each(['card', 'cash_on_delivery'] as const)('is paid without anybody being asked, by %s', (method) => {
    placing(nothing(method))
      .whenAnswered(StockReserved, reservation)
      .expectAsked(CommitStock, reservation)
      .whenAnswered(StockCommitted, reservation)
      .expectCompleted({ type: 'confirm', payment: { status: 'PAID', paymentId: null } });
  });

  it('has no payment to give back when it is rejected', () => {
    placing(nothing('card'))
      .whenRollBackRequested('cancelled-by-customer', 'Cancelled by the customer.')
      .whenAnswered(StockReleased, reservation)
      .expectRolledBack('cancelled-by-customer', {
        type: 'reject',
        reason: { code: 'cancelled-by-customer', detail: 'Cancelled by the customer.' },
        payment: { status: 'CANCELLED', paymentId: null },
      });
  });

  it('keeps no token', () => {
    const order = placing(nothing('card')).whenAnswered(StockReserved, reservation);
    expect(JSON.stringify(order.instance)).not.toContain('tok_declined');
  });

  it('asks payment for it as before where it began with version 1', () => {
    sagaScenario(placeOrderSagaV1)
      .given(nothing('card'))
      .whenAnswered(StockReserved, reservation)
      .expectAsked(TakePayment);
  });
});

describe('when a participant is silent', () => {
  it('asks inventory three times in ninety seconds, then releases what may be held', () => {
    placing()
      .expectPatienceOf(30)
      .whenSilent()
      .expectAsked(ReserveStock)
      .expectSameCommandAgain()
      .expectPatienceOf(30)
      .whenSilent()
      .expectSameCommandAgain()
      .expectStatus('running')
      .whenSilent()
      .expectAsked(ReleaseStock, reservation)
      .whenAnswered(StockReleased, reservation)
      .expectRolledBack('inventory-timeout');
  });

  it('asks payment three times, then refunds what may be taken, then releases the stock', () => {
    unpaid()
      .expectAsked(RefundPayment, payment)
      .whenAnswered(PaymentRefunded, { ...payment, amount: null })
      .expectAsked(ReleaseStock, reservation)
      .whenAnswered(StockReleased, reservation)
      .expectRolledBack('payment-timeout', {
        type: 'reject',
        reason: {
          code: 'payment-timeout',
          detail: 'The payment could not be settled in time; nothing is charged.',
        },
        payment: { status: 'CANCELLED', ...payment },
      });
  });

  it('says that money was given back where there was some', () => {
    unpaid()
      .whenAnswered(PaymentRefunded, { ...payment, amount: total })
      .whenAnswered(StockReleased, reservation)
      .expectRolledBack('payment-timeout', {
        type: 'reject',
        reason: {
          code: 'payment-timeout',
          detail: 'The payment could not be settled in time; nothing is charged.',
        },
        payment: { status: 'REFUNDED', ...payment },
      });
  });

  it('goes on selling the stock once it is paid, however long it takes', () => {
    paid()
      .expectPatienceOf(5)
      .whenSilent()
      .expectPatienceOf(10)
      .whenSilent({ deadlines: 8 })
      .expectPatienceOf(60)
      .expectStatus('running')
      .whenSilent()
      .expectStatus('needs-attention')
      .whenSilent({ deadlines: 100 })
      .expectAsked(CommitStock, reservation)
      .expectSameCommandAgain()
      .whenAnswered(StockCommitted, reservation)
      .expectCompleted({ type: 'confirm', payment: { status: 'PAID', ...payment } });
  });

  it('needs attention after ten refunds without an answer, and goes on trying', () => {
    unpaid()
      .whenSilent({ deadlines: 9 })
      .expectStatus('rolling-back')
      .whenSilent()
      .expectStatus('needs-attention')
      .expectAsked(RefundPayment, payment)
      .expectPatienceOf(60)
      .whenAnswered(PaymentRefunded, { ...payment, amount: total })
      .expectStatus('rolling-back')
      .expectAsked(ReleaseStock)
      .whenAnswered(StockReleased, reservation)
      .expectRolledBack('payment-timeout');
  });
});

describe('when an answer comes late, twice, or to nothing that was asked', () => {
  it('refunds a payment that was taken after the saga had given up on it', () => {
    unpaid()
      .expectAsked(RefundPayment)
      .whenAnswered(PaymentTaken, { ...payment, amount: total }, { to: 'take-payment' })
      .expectIgnored('late')
      .expectStatus('rolling-back')
      .whenAnswered(PaymentRefunded, { ...payment, amount: total })
      .whenAnswered(StockReleased, reservation)
      .expectRolledBack('payment-timeout');
  });

  it('releases stock that was held after the saga had given up on it', () => {
    placing()
      .whenSilent({ deadlines: 3 })
      .whenAnswered(StockReserved, reservation, { to: 'reserve-stock' })
      .expectIgnored('late')
      .whenAnswered(StockReleased, reservation)
      .expectRolledBack('inventory-timeout');
  });

  it('takes the answer to the first attempt after the second was sent', () => {
    placing().whenSilent().whenAnswered(StockReserved, reservation).expectAsked(TakePayment);
  });

  it('counts an answer once', () => {
    withStock().whenAnsweredAgain().expectIgnored('duplicate').expectStatus('running');
  });

  it('ignores the refusal of a step that it has given up already', () => {
    unpaid()
      .whenAnswered(PaymentCancelled, payment, { to: 'take-payment' })
      .expectIgnored('late')
      .expectStatus('rolling-back');
  });

  it('does not take an answer to another command, nor to one that it never asked', () => {
    placing()
      .whenAnswered(StockReleased, reservation)
      .expectIgnored('wrong-type')
      .whenAnsweredToUnknownCommand(StockReserved, reservation)
      .expectIgnored('unknown-command');
  });

  it('is not moved by anything after its end', () => {
    paid()
      .whenAnswered(StockCommitted, reservation)
      .whenAnsweredAgain()
      .expectIgnored('saga-finished')
      .expectStatus('completed');
  });

  it('does nothing about a timer that the saga has overtaken', () => {
    withStock().whenOutdatedDeadlinePasses().expectIgnored('outdated-deadline');
  });
});

describe('what a correct participant never says is parked, and does not move the saga', () => {
  const another = '01997000-0000-7000-8000-00000000000f';

  it.each([
    ['reservation', () => placing().whenAnswered(StockReserved, { reservationId: another })],
    ['payment', () => withStock().whenAnswered(PaymentTaken, { paymentId: another, amount: total })],
    [
      'payment, declined',
      () => withStock().whenAnswered(PaymentDeclined, { paymentId: another, code: 'declined' }),
    ],
    ['payment, refunded', () => unpaid().whenAnswered(PaymentRefunded, { paymentId: another, amount: null })],
    ['reservation, sold', () => paid().whenAnswered(StockCommitted, { reservationId: another })],
  ])('an answer about another %s', (_, answered) => {
    expect(answered).toThrow(/is about another thing/);
  });

  it('an answer about another reservation when the saga is over', () => {
    const over = paid().whenAnswered(StockCommitted, reservation);
    expect(() =>
      over.whenAnswered(StockCommitted, { reservationId: another }, { to: 'commit-stock' }),
    ).toThrow(Defect);
  });
});

describe('when a participant contradicts itself', () => {
  const taken = { ...payment, amount: total };
  const refund = {
    type: 'give-back',
    what: { kind: 'refund', id: payment.paymentId, amount: total },
  } as const;
  const released = { type: 'give-back', what: { kind: 'release', id: reservation.reservationId } } as const;
  const declined = () => withStock().whenAnswered(PaymentDeclined, { ...payment, code: 'declined' });

  it('gives back, once, what was taken after it was declined, while the saga goes on as it was', () => {
    declined()
      .whenAnswered(PaymentTaken, taken, { to: 'take-payment' })
      .expectContradiction('done-after-refusal', refund)
      .whenAnsweredAgain()
      .expectIgnored('duplicate')
      .whenAnswered(PaymentCancelled, payment, { to: 'take-payment' })
      .expectIgnored('contradiction')
      .whenAnswered(StockReleased, reservation)
      .expectRolledBack('payment-declined');
  });

  it('gives it back when the saga is over', () => {
    declined()
      .whenAnswered(StockReleased, reservation)
      .whenAnswered(PaymentTaken, taken, { to: 'take-payment' })
      .expectContradiction('done-after-refusal', refund)
      .expectStatus('rolled-back');
  });

  it('gives back stock that is held after it was short, or cancelled', () => {
    const shortages = [{ sku: 'OAK-TABLE', requested: 2, available: 1 }];
    for (const refused of [
      placing().whenAnswered(StockShort, { ...reservation, shortages }),
      placing().whenAnswered(ReservationCancelled, reservation),
    ]) {
      refused
        .whenAnswered(StockReserved, reservation, { to: 'reserve-stock' })
        .expectContradiction('done-after-refusal', released);
    }
  });

  it('gives back what was taken after a refund that found nothing, also when the saga is over', () => {
    unpaid()
      .whenAnswered(PaymentRefunded, { ...payment, amount: null })
      .whenAnswered(StockReleased, reservation)
      .whenAnswered(PaymentTaken, taken, { to: 'take-payment' })
      .expectContradiction('done-after-undoing', refund);
  });

  it('finds nothing wrong with news of a payment that has been refunded', () => {
    unpaid()
      .whenAnswered(PaymentRefunded, taken)
      .whenAnswered(PaymentTaken, taken, { to: 'take-payment' })
      .expectIgnored('late');
  });

  it('does not believe a refund that finds nothing of what was taken', () => {
    const late = unpaid().whenAnswered(PaymentTaken, taken, { to: 'take-payment' });
    expect(() => late.whenAnswered(PaymentRefunded, { ...payment, amount: null })).toThrow(Defect);
    late.whenAnswered(PaymentRefunded, taken).whenAnswered(StockReleased, reservation);
    late.expectRolledBack('payment-timeout', {
      type: 'reject',
      reason: {
        code: 'payment-timeout',
        detail: 'The payment could not be settled in time; nothing is charged.',
      },
      payment: { status: 'REFUNDED', ...payment },
    });
  });

  it('leaves to people what was said to be done and is refused, before and after the end', () => {
    paid()
      .whenAnswered(PaymentDeclined, { ...payment, code: 'declined' }, { to: 'take-payment' })
      .expectContradiction('refused-after-done')
      .whenAnswered(StockCommitted, reservation)
      .whenAnswered(ReservationCancelled, reservation, { to: 'reserve-stock' })
      .expectContradiction('refused-after-done')
      .expectStatus('completed');
  });

  it('finds nothing wrong with a refusal of what has been undone', () => {
    declined()
      .whenAnswered(StockReleased, reservation)
      .whenAnswered(ReservationCancelled, reservation, { to: 'reserve-stock' })
      .expectIgnored('saga-finished');
  });
});

describe('an answer that cannot be true is a defect, whenever it comes', () => {
  const other = { ...payment, amount: { amount: '1.00', currency: 'USD' } };

  it.each([
    ['another amount taken', () => paid().whenAnswered(PaymentTaken, other, { to: 'take-payment' })],
    [
      'another amount taken too late',
      () => unpaid().whenAnswered(PaymentTaken, other, { to: 'take-payment' }),
    ],
    ['another amount refunded', () => unpaid().whenAnswered(PaymentRefunded, other)],
    [
      'a shortage of what was not ordered',
      () =>
        placing().whenAnswered(StockShort, {
          ...reservation,
          shortages: [{ sku: 'PINE-TABLE', requested: 2, available: 1 }],
        }),
    ],
  ])('%s', (_, answered) => {
    expect(answered).toThrow(Defect);
  });
});

describe('when the customer cancels', () => {
  const cancel = ['cancelled-by-customer', 'Cancelled by the customer.'] as const;

  it('rolls back while the payment is under way, and refunds it whether it was taken or not', () => {
    withStock()
      .whenRollBackRequested(...cancel)
      .expectAsked(RefundPayment)
      .whenRollBackRequested(...cancel)
      .expectIgnored('already-rolling-back')
      .whenAnswered(PaymentRefunded, { ...payment, amount: null })
      .whenAnswered(StockReleased, reservation)
      .expectRolledBack('cancelled-by-customer');
  });

  it('goes on once it is paid', () => {
    paid()
      .whenRollBackRequested(...cancel)
      .expectIgnored('past-the-pivot')
      .whenAnswered(StockCommitted, reservation)
      .expectStatus('completed');
  });
});

describe('when an operator retries', () => {
  it('asks the same command again at once, and says why in the timeline', () => {
    const order = paid().whenRetryRequested('inventory is back').expectAsked(CommitStock);
    order.expectSameCommandAgain();
    expect(order.timeline.map(({ text }) => text)).toContain('An operator retries: inventory is back');
  });
});

describe('when an operator did by hand what was asked', () => {
  it('goes on after the pivot, and records what the participant says later', () => {
    paid()
      .whenDoneByHand('sold in the stock system')
      .expectStatus('completed')
      .whenAnswered(StockCommitted, reservation, { to: 'commit-stock' })
      .expectIgnored('saga-finished');
  });

  it('goes on undoing after a refund by bank transfer', () => {
    withStock()
      .whenSilent({ deadlines: 3 })
      .expectAsked(RefundPayment)
      .whenDoneByHand('refunded by bank transfer')
      .expectAsked(ReleaseStock)
      .whenAnswered(
        PaymentRefunded,
        { ...payment, amount: null },
        { to: 'take-payment', operation: 'compensation' },
      )
      .expectIgnored('done-by-hand')
      .whenAnswered(StockReleased, reservation)
      .expectRolledBack('payment-timeout', {
        type: 'reject',
        reason: {
          code: 'payment-timeout',
          detail: 'The payment could not be settled in time; nothing is charged.',
        },
        payment: { status: 'REFUNDED', paymentId: payment.paymentId },
      });
  });

  it('undoes what can be undone instead', () => {
    withStock().whenDoneByHand('the bank says it is paid').expectIgnored('compensate-instead');
  });
});

describe('the amount and the token', () => {
  it('is a defect when another amount was taken than the total', () => {
    const amount = { amount: '5.99', currency: 'USD' };
    expect(() => withStock().whenAnswered(PaymentTaken, { ...payment, amount })).toThrow(Defect);
  });

  it('takes 59.9 and 59.90 for the same amount', () => {
    const order = placing({ ...anOrder(), total: { amount: '59.90', currency: 'USD' } });
    order
      .whenAnswered(StockReserved, reservation)
      .whenAnswered(PaymentTaken, { ...payment, amount: { amount: '59.9', currency: 'USD' } })
      .expectAsked(CommitStock);
  });

  it('forgets the token when it is paid, declined or given up', () => {
    const shortages = [{ sku: 'OAK-TABLE', requested: 2, available: 0 }];
    for (const order of [
      paid(),
      unpaid(),
      withStock().whenAnswered(PaymentDeclined, { ...payment, code: 'declined' }),
      placing().whenAnswered(StockShort, { ...reservation, shortages }),
    ]) {
      expect(JSON.stringify(order.instance)).not.toContain('tok_ok');
      expect(JSON.stringify(order.timeline)).not.toContain('tok_ok');
    }
  });
});
