import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { money } from '#libs/kernel/money.js';
import { orderStatuses, type OrderStatus } from './order-status.js';
import {
  expectationOf,
  findingKinds,
  findingsOf,
  findingsWithoutOrder,
  withoutSaga,
  type Finding,
  type ReconciledOrder,
  type ReconciledPayment,
  type ReconciledReservation,
} from './reconciliation.js';

const total = money(5_998, 'USD');

const orderIn = (status: OrderStatus, more: Partial<ReconciledOrder> = {}): ReconciledOrder => ({
  id: 'order',
  status,
  total,
  paidByCard: true,
  expected: { paymentId: 'payment', reservationId: 'reservation' },
  ...more,
});
const payment = (more: Partial<ReconciledPayment> = {}): ReconciledPayment => ({
  paymentId: 'payment',
  orderId: 'order',
  recorded: 'TAKEN',
  asked: total,
  kept: total,
  pending: false,
  chargedTo: null,
  ...more,
});
const reservation = (more: Partial<ReconciledReservation> = {}): ReconciledReservation => ({
  reservationId: 'reservation',
  orderId: 'order',
  status: 'COMMITTED',
  pieces: 2,
  ...more,
});

const given = { recorded: 'REFUNDED', kept: money(0, 'USD') } as const;

/** All that an order of that status may have. */
const consistent = (status: OrderStatus) => {
  const { money: kept, stock } = expectationOf(status) ?? { money: 'any', stock: 'any' };
  return [
    orderIn(status),
    [payment(kept === 'none' ? given : {})],
    [reservation(stock === 'none' ? { status: 'RETURNED' } : {})],
  ] as const;
};

const kinds = (...args: Parameters<typeof findingsOf>) => findingsOf(...args).map(({ kind }) => kind);

describe('an order, its payment and its stock', () => {
  it.each(orderStatuses)('add up where they should, %s', (status) => {
    expect(kinds(...consistent(status))).toEqual([]);
  });

  it.each(['PENDING', 'CANCELLING'] as const)('are left alone while something is under way, %s', (status) => {
    expect(kinds(orderIn(status), [payment(given)], [])).toEqual([]);
  });

  it('need neither a charge nor stock where the order was rejected before it was asked for any', () => {
    expect(kinds(orderIn('REJECTED'), [], [])).toEqual([]);
  });

  it('need no charge where the customer pays on delivery', () => {
    expect(kinds(orderIn('CONFIRMED', { paidByCard: false }), [], [reservation()])).toEqual([]);
  });

  it.each<[string, Parameters<typeof findingsOf>]>([
    ['money-kept', [orderIn('REJECTED'), [payment({ recorded: 'DECLINED' })], []]],
    ['money-kept', [orderIn('CANCELLED'), [payment()], [reservation({ status: 'RETURNED' })]]],
    ['not-paid', [orderIn('CONFIRMED'), [], [reservation()]]],
    ['not-paid', [orderIn('SHIPPED'), [payment(given)], [reservation()]]],
    [
      'amount-differs',
      [
        orderIn('CONFIRMED'),
        [payment({ asked: money(598, 'USD'), kept: money(598, 'USD') })],
        [reservation()],
      ],
    ],
    ['amount-differs', [orderIn('CONFIRMED'), [payment({ kept: money(5_998, 'EUR') })], [reservation()]]],
    ['books-differ', [orderIn('CONFIRMED'), [payment({ recorded: null })], [reservation()]]],
    ['books-differ', [orderIn('REJECTED'), [payment({ recorded: 'TAKEN', kept: null })], []]],
    ['second-charge', [orderIn('CONFIRMED'), [payment(), payment({ paymentId: 'x' })], [reservation()]]],
    ['stock-not-sold', [orderIn('CONFIRMED'), [payment()], []]],
    ['stock-not-sold', [orderIn('DELIVERED'), [payment()], [reservation({ status: 'RESERVED' })]]],
    ['stock-held', [orderIn('REJECTED'), [], [reservation({ status: 'RESERVED' })]]],
    ['stock-sold', [orderIn('CANCELLED'), [payment(given)], [reservation()]]],
    [
      'second-reservation',
      [orderIn('CONFIRMED'), [payment()], [reservation(), reservation({ reservationId: 'x' })]],
    ],
    ['saga-missing', [orderIn('CONFIRMED', { expected: null }), [payment()], [reservation()]]],
  ])('do not add up: %s', (kind, args) => {
    expect(kinds(...args)).toEqual([kind]);
  });

  describe('whose saga is kept no more', () => {
    const parts = { expected: { paymentId: 'payment', reservationId: null } };
    const second = reservation({ reservationId: 'x', status: 'RELEASED' });

    it.each(orderStatuses)('add up by what the order knows and what is listed for it, %s', (status) => {
      const [{ paidByCard }, payments, reservations] = consistent(status);
      expect(kinds(orderIn(status, { paidByCard, ...parts }), payments, reservations)).toEqual([]);
      expect(kinds(orderIn(status, { paidByCard, ...parts }), payments, [second, ...reservations])).toEqual(
        [],
      );
    });

    it.each<[string, Parameters<typeof findingsOf>]>([
      ['stock-not-sold', [orderIn('DELIVERED', parts), [payment()], [second]]],
      ['stock-held', [orderIn('REJECTED', parts), [], [reservation({ status: 'RESERVED' })]]],
      ['second-reservation', [orderIn('DELIVERED', parts), [payment()], [reservation(), reservation()]]],
      [
        'second-charge',
        [orderIn('DELIVERED', parts), [payment(), payment({ paymentId: 'x' })], [reservation()]],
      ],
      ['money-kept', [orderIn('REJECTED', parts), [payment()], []]],
    ])('do not add up where they would not: %s', (kind, args) => {
      expect(kinds(...args)).toEqual([kind]);
    });
  });

  it('are decided for statuses that there are', () => {
    expect(() => expectationOf('LENT' as OrderStatus)).toThrow('unexpected order status: "LENT"');
  });
});

describe('a finding', () => {
  const none = { paymentId: null, reservationId: null, atRisk: null, pieces: null, fix: null };
  const ofPayment = { ...none, paymentId: 'payment' };
  const ofReservation = { ...none, reservationId: 'reservation' };
  const eur = money(5_998, 'EUR');
  const sold = [reservation()];
  const second = reservation({ reservationId: 'x', pieces: 3 });

  it.each<[string, Parameters<typeof findingsOf>, Omit<Finding, 'orderId'>]>([
    [
      'of money that is kept',
      [orderIn('REJECTED'), [payment()], []],
      {
        ...ofPayment,
        kind: 'money-kept',
        atRisk: total,
        fix: 'refund',
        detail: 'Order order is REJECTED, and 59.98 USD are kept of it.',
      },
    ],
    [
      'of money that may be captured yet',
      [orderIn('CANCELLED'), [payment({ recorded: 'PENDING', kept: null, pending: true })], []],
      {
        ...ofPayment,
        kind: 'money-kept',
        atRisk: total,
        fix: 'refund',
        detail: 'Order order is CANCELLED, and a charge is pending of it.',
      },
    ],
    [
      'of an order that nobody was asked to pay for',
      [orderIn('CONFIRMED'), [], sold],
      {
        ...ofPayment,
        kind: 'not-paid',
        atRisk: total,
        detail: 'Order order is CONFIRMED, and the provider keeps nothing of its 59.98 USD.',
      },
    ],
    [
      'of a payment that came to nothing',
      [orderIn('CONFIRMED'), [payment({ recorded: 'DECLINED', kept: null })], sold],
      {
        ...ofPayment,
        kind: 'not-paid',
        atRisk: total,
        detail: 'Order order is CONFIRMED, and the provider keeps nothing of its 59.98 USD.',
      },
    ],
    [
      'of an order without a payment of its own',
      [orderIn('CONFIRMED', { expected: { paymentId: null, reservationId: 'reservation' } }), [], sold],
      {
        ...none,
        kind: 'not-paid',
        atRisk: total,
        detail: 'Order order is CONFIRMED, and the provider keeps nothing of its 59.98 USD.',
      },
    ],
    [
      'of another amount',
      [orderIn('CONFIRMED'), [payment({ asked: eur, kept: eur })], sold],
      {
        ...ofPayment,
        kind: 'amount-differs',
        atRisk: eur,
        detail: 'Order order costs 59.98 USD, and 59.98 EUR are kept.',
      },
    ],
    [
      'of a second charge',
      [orderIn('CONFIRMED'), [payment(), payment({ paymentId: 'x' })], sold],
      {
        ...none,
        kind: 'second-charge',
        paymentId: 'x',
        atRisk: total,
        fix: 'refund',
        detail: '59.98 USD are kept for order order that is not to be paid with it.',
      },
    ],
    [
      'of a payment that the provider has of another order',
      [orderIn('CONFIRMED'), [payment({ chargedTo: 'another' })], sold],
      {
        ...ofPayment,
        kind: 'books-differ',
        atRisk: total,
        detail: 'payment-service has payment payment of order order, the provider of another.',
      },
    ],
    [
      'of a payment that nobody recorded',
      [orderIn('CONFIRMED'), [payment({ recorded: null, asked: null })], sold],
      {
        ...ofPayment,
        kind: 'books-differ',
        atRisk: total,
        detail: 'payment-service has payment payment as unknown; the provider keeps 59.98 USD.',
      },
    ],
    [
      'of a payment that the provider does not have',
      [orderIn('REJECTED'), [payment({ kept: null })], []],
      {
        ...ofPayment,
        kind: 'books-differ',
        atRisk: total,
        detail: 'payment-service has payment payment as TAKEN; the provider keeps nothing.',
      },
    ],
    [
      'of a payment that is pending where all is over',
      [orderIn('REFUNDED'), [payment({ recorded: 'PENDING', kept: null })], []],
      {
        ...ofPayment,
        kind: 'books-differ',
        atRisk: total,
        detail: 'payment-service has payment payment as PENDING; the provider keeps nothing.',
      },
    ],
    [
      'of a charge that is pending, and recorded as declined',
      [orderIn('RETURNED'), [payment({ recorded: 'DECLINED', kept: null, pending: true })], []],
      {
        ...ofPayment,
        kind: 'books-differ',
        atRisk: total,
        detail: 'payment-service has payment payment as DECLINED; the provider has it as pending.',
      },
    ],
    [
      'of stock that was never sold',
      [orderIn('CONFIRMED'), [payment()], [reservation({ status: 'RESERVED' })]],
      {
        ...ofReservation,
        kind: 'stock-not-sold',
        pieces: 2,
        detail: 'Order order is CONFIRMED, and its reservation is RESERVED, not COMMITTED.',
      },
    ],
    [
      'of stock that nobody has heard of',
      [orderIn('CONFIRMED'), [payment()], []],
      {
        ...ofReservation,
        kind: 'stock-not-sold',
        detail: 'Order order is CONFIRMED, and its reservation is unknown, not COMMITTED.',
      },
    ],
    [
      'of stock that is held',
      [orderIn('REJECTED'), [], [reservation({ status: 'RESERVED' })]],
      {
        ...ofReservation,
        kind: 'stock-held',
        pieces: 2,
        fix: 'release',
        detail: 'Order order is REJECTED, and 2 pieces are still RESERVED for it.',
      },
    ],
    [
      'of stock that is sold',
      [orderIn('CANCELLED'), [], sold],
      {
        ...ofReservation,
        kind: 'stock-sold',
        pieces: 2,
        fix: 'return',
        detail: 'Order order is CANCELLED, and 2 pieces are still COMMITTED for it.',
      },
    ],
    [
      'of a second reservation',
      [orderIn('CONFIRMED'), [payment()], [...sold, second]],
      {
        ...none,
        kind: 'second-reservation',
        reservationId: 'x',
        pieces: 3,
        fix: 'return',
        detail: '3 pieces are COMMITTED for order order with a reservation that its saga never asked for.',
      },
    ],
    [
      'of an order whose saga nobody knows',
      [orderIn('CONFIRMED', { expected: null }), [payment()], sold],
      { ...none, kind: 'saga-missing', detail: 'Order order has no saga that says what was asked for it.' },
    ],
  ])('%s says what is at risk, and what would give it back', (_, args, found) => {
    expect(findingsOf(...args)).toEqual([{ ...found, orderId: 'order' }]);
  });

  it.each([
    [true, total],
    [false, null],
  ])('of an order that no saga carries on, and by card is %s, puts %j at risk', (paidByCard, atRisk) => {
    expect(withoutSaga(orderIn('PENDING', { paidByCard }))).toEqual({
      ...none,
      kind: 'saga-missing',
      orderId: 'order',
      atRisk,
      detail: 'Order order is PENDING, and no saga is at work for it.',
    });
  });

  it('of what names an order that does not exist says so', () => {
    const orphans = findingsWithoutOrder(
      [payment(), payment({ recorded: 'DECLINED', kept: null })],
      [reservation(), reservation({ status: 'SHORT' })],
    );
    expect(orphans).toEqual([
      {
        ...ofPayment,
        kind: 'charge-without-order',
        orderId: 'order',
        atRisk: total,
        fix: 'refund',
        detail: '59.98 USD are kept for order order, which does not exist.',
      },
      {
        ...ofReservation,
        kind: 'reservation-without-order',
        orderId: 'order',
        pieces: 2,
        fix: 'return',
        detail: '2 pieces are COMMITTED for order order, which does not exist.',
      },
    ]);
  });
});

describe('what the provider was told', () => {
  it('agrees where it names the same order', () => {
    expect(kinds(orderIn('CONFIRMED'), [payment({ chargedTo: 'order' })], [reservation()])).toEqual([]);
    expect(findingsOf(orderIn('REJECTED'), [payment({ chargedTo: 'order' })], [])).toMatchObject([
      { kind: 'money-kept', fix: 'refund' },
    ]);
  });
});

describe('money that nobody may keep', () => {
  const back = (payments: ReconciledPayment[], order = orderIn('REJECTED')) =>
    findingsOf(order, payments, [
      reservation({ status: order.status === 'REJECTED' ? 'RELEASED' : 'COMMITTED' }),
    ]);

  it.each([
    ['payment-service counts it as given back', { recorded: 'REFUNDED' }],
    ['payment-service counts it as cancelled', { recorded: 'CANCELLED' }],
    ['payment-service knows another amount', { asked: money(5_997, 'USD') }],
    ['the provider has it of another order', { chargedTo: 'another' }],
  ] as const)('is left to a person where %s', (_, more) => {
    expect(back([payment(more)])).toMatchObject([{ kind: 'money-kept', fix: null }]);
  });

  it('is a charge that may be captured yet, too', () => {
    const pending = payment({ recorded: 'PENDING', kept: null, pending: true });
    expect(back([pending])).toMatchObject([{ kind: 'money-kept', fix: 'refund', atRisk: total }]);
  });

  it('is not given back where the customer has paid with it', () => {
    const other = payment({ paymentId: 'x' });
    expect(back([payment(given), other], orderIn('CONFIRMED'))).toMatchObject([
      { kind: 'not-paid' },
      { kind: 'second-charge', fix: null },
    ]);
  });

  it('is what was charged where the customer pays on delivery, with the own payment, too', () => {
    const order = orderIn('CONFIRMED', { paidByCard: false });
    expect(back([payment()], order)).toMatchObject([{ kind: 'second-charge', fix: 'refund' }]);
  });
});

describe('money that payment-service does not know the amount of', () => {
  it('is given back as the provider keeps it', () => {
    expect(findingsOf(orderIn('REJECTED'), [payment({ asked: null })], [])).toMatchObject([
      { kind: 'money-kept', atRisk: total, fix: 'refund' },
    ]);
  });
});

describe('an order that costs nothing', () => {
  it.each([null, money(0, 'USD')])('is paid with %j', (kept) => {
    const free = orderIn('CONFIRMED', { total: money(0, 'USD') });
    expect(kinds(free, [payment({ asked: money(0, 'USD'), kept })], [reservation()])).toEqual([]);
  });
});

describe('a second reservation', () => {
  it('is left to a person while the own one is not sold', () => {
    const two = [reservation({ status: 'RELEASED' }), reservation({ reservationId: 'x' })];
    expect(findingsOf(orderIn('CONFIRMED'), [payment()], two)).toMatchObject([
      { kind: 'stock-not-sold' },
      { kind: 'second-reservation', fix: null },
    ]);
  });
});

describe('two books', () => {
  it.each<[string, Partial<ReconciledPayment>]>([
    ['one has it of another order', { chargedTo: 'another' }],
    ['payment-service waits for its settlement', { recorded: 'PENDING' }],
    ['payment-service took another amount', { asked: money(1, 'USD') }],
  ])('differ where %s', (_, more) => {
    expect(kinds(orderIn('CONFIRMED'), [payment(more)], [reservation()])).toEqual(['books-differ']);
  });

  it('differ, too, about an order that does not exist', () => {
    const found = findingsWithoutOrder([payment({ kept: null })], []);
    expect(found).toMatchObject([{ kind: 'books-differ', atRisk: total }]);
  });
});

describe('what names an order that does not exist', () => {
  it('is an orphan where money or stock is in it', () => {
    const orphans = findingsWithoutOrder(
      [payment(), payment({ ...given, paymentId: 'y' })],
      [
        reservation({ status: 'RESERVED' }),
        reservation({ reservationId: 'y' }),
        reservation({ status: 'CANCELLED' }),
      ],
    );
    expect(orphans.map(({ kind, fix }) => [kind, fix])).toEqual([
      ['charge-without-order', 'refund'],
      ['reservation-without-order', 'release'],
      ['reservation-without-order', 'return'],
    ]);
  });
});

describe('whatever participants say', () => {
  const recorded = fc.constantFrom('TAKEN', 'DECLINED', 'PENDING', 'REFUNDED', 'CANCELLED', null);
  const kept = fc.constantFrom(total, money(0, 'USD'), money(1, 'EUR'), null);
  const status = fc.constantFrom('RESERVED', 'SHORT', 'RELEASED', 'CANCELLED', 'COMMITTED', 'RETURNED');

  it('money that is kept for an order with no right to it, and stock that is held for one, are found', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<OrderStatus>('REJECTED', 'CANCELLED'),
        fc.array(fc.record({ recorded, kept }), { maxLength: 3 }),
        fc.array(fc.record({ status }), { maxLength: 3 }),
        (orderStatus, charges, holds) => {
          const payments = charges.map((each, n) => payment({ ...each, paymentId: n ? `p${n}` : 'payment' }));
          const reservations = holds.map((each, n) =>
            reservation({
              ...(each as Partial<ReconciledReservation>),
              reservationId: n ? `r${n}` : 'reservation',
            }),
          );
          const found = findingsOf(orderIn(orderStatus), payments, reservations);
          const wrong = [
            ...payments.filter((each) => (each.kept?.amountMinor ?? 0) > 0).map((each) => each.paymentId),
            ...reservations
              .filter((each) => each.status === 'RESERVED' || each.status === 'COMMITTED')
              .map((each) => each.reservationId),
          ];
          const idsOf = (some: typeof found) => some.map((each) => each.paymentId ?? each.reservationId);
          expect(idsOf(found.filter(({ kind }) => kind !== 'books-differ')).sort()).toEqual(wrong.sort());
          // What payment-service counts as undone, or knows another amount of, it would not give back.
          const useless = payments.filter(
            (each) =>
              each.recorded === 'REFUNDED' || each.recorded === 'CANCELLED' || each.kept?.currency === 'EUR',
          );
          const fixable = wrong.filter((id) => !useless.some((each) => each.paymentId === id));
          expect(idsOf(found.filter(({ fix }) => fix)).sort()).toEqual(fixable.sort());
          expect(findingKinds).toEqual(expect.arrayContaining(found.map(({ kind }) => kind)));
        },
      ),
    );
  });
});
