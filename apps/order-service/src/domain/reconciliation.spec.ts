import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { money } from '#libs/kernel/money.js';
import { orderStatuses, type OrderStatus } from './order-status.js';
import {
  expectationOf,
  findingKinds,
  findingsOf,
  findingsWithoutOrder,
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

  it('say what is at risk, and what would give it back', () => {
    const [kept] = findingsOf(orderIn('REJECTED'), [payment()], []);
    expect(kept).toMatchObject({ atRisk: total, fix: 'refund', paymentId: 'payment' });
    expect(kept?.detail).toBe('Order order is REJECTED, and 59.98 USD are kept of it.');
    const [held] = findingsOf(orderIn('REJECTED'), [], [reservation({ status: 'RESERVED' })]);
    expect(held).toMatchObject({ pieces: 2, fix: 'release', reservationId: 'reservation' });
  });
});

describe('money that nobody may keep', () => {
  const back = (payments: ReconciledPayment[], order = orderIn('REJECTED')) =>
    findingsOf(order, payments, [
      reservation({ status: order.status === 'REJECTED' ? 'RELEASED' : 'COMMITTED' }),
    ]);

  it.each([
    ['payment-service counts it as given back', { recorded: 'REFUNDED' }],
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
