import { describe, expect, it } from '@jest/globals';
import { Defect } from '#libs/kernel/errors.js';
import { money } from '#libs/kernel/money.js';
import { paymentStatuses, type PaymentStatus } from './payment-status.js';
import {
  amountRefunded,
  giveUp,
  hasToBeKilled,
  isUndone,
  nextLook,
  refund,
  settle,
  take,
  takeAgain,
  takenAgain,
  type ChargeOutcome,
  type Payment,
} from './payment.js';

const at = new Date('2026-01-01T00:00:00Z');
const later = new Date('2026-01-01T00:00:05Z');
const amount = money(5998, 'USD');
const asked = { id: 'payment-1', orderId: 'order-1', customerId: 'cust-1', amount };

const payment = (status: PaymentStatus, over: Partial<Payment> = {}): Payment => ({
  ...asked,
  status,
  declineCode: status === 'DECLINED' ? 'declined' : null,
  createdAt: at,
  updatedAt: at,
  ...over,
});
const tombstone = payment('CANCELLED', { amount: null, customerId: null });

const captured: ChargeOutcome = { kind: 'captured' };
const pending: ChargeOutcome = { kind: 'pending' };
const declined: ChargeOutcome = { kind: 'declined', code: 'insufficient-funds' };
const dead = (refunded = false): ChargeOutcome => ({ kind: 'dead', refunded: refunded ? amount : null });
const outcomes = [captured, pending, declined, dead(), dead(true)];

const defect = (message: string) => expect.objectContaining({ name: 'Defect', message });
const fault = (message: string) => expect.objectContaining({ name: 'Fault', message });

describe('take-payment', () => {
  it.each([
    [captured, 'taken', { status: 'TAKEN', declineCode: null }],
    [pending, 'pending', { status: 'PENDING', declineCode: null }],
    [declined, 'declined', { status: 'DECLINED', declineCode: 'insufficient-funds' }],
    [dead(), 'cancelled', { status: 'CANCELLED', declineCode: null }],
    [dead(true), 'cancelled', { status: 'REFUNDED', declineCode: null }],
  ] as const)('records a charge that came out as %j', (outcome, answer, made) => {
    expect(take(undefined, asked, outcome, at)).toEqual({
      answer,
      effect: 'made',
      payment: { ...asked, ...made, createdAt: at, updatedAt: at },
    });
  });

  describe.each(paymentStatuses)('when the payment is %s already', (status) => {
    const known = payment(status);
    const answeredAgain = { answer: takenAgain[status], effect: 'repeated', payment: known };

    it('is answered with what is recorded', () => {
      expect(takeAgain(known, asked)).toEqual(answeredAgain);
      expect(giveUp(known, asked, 'silence', later)).toEqual(answeredAgain);
      expect(giveUp(known, asked, 'expiry', later)).toEqual(answeredAgain);
    });

    it.each(outcomes)('lets what is recorded stand, whatever a duplicate charge says: %j', (outcome) => {
      const holdsMoney = outcome.kind === 'captured' || outcome.kind === 'pending';
      if (holdsMoney && hasToBeKilled(known)) {
        const why = 'was given up while it was charged';
        expect(() => take(known, asked, outcome, later)).toThrow(fault(`payment payment-1 ${why}`));
      } else {
        expect(take(known, asked, outcome, later)).toEqual(answeredAgain);
      }
    });

    it.each([
      ['amount', { amount: money(5999, 'USD') }, 'was asked for again with other data'],
      ['currency', { amount: money(5998, 'EUR') }, 'was asked for again with other data'],
      ['customer', { customerId: 'cust-2' }, 'was asked for again with other data'],
      ['order', { orderId: 'order-2' }, 'is of another order'],
    ])('is not to be asked for again with another %s', (_, other, why) => {
      const refused = defect(`payment payment-1 ${why}`);
      expect(() => takeAgain(known, { ...asked, ...other })).toThrow(refused);
      expect(() => take(known, { ...asked, ...other }, captured, later)).toThrow(refused);
    });
  });

  it('is answered by a tombstone, which never learned of amount or customer', () => {
    expect(takeAgain(tombstone, asked)).toMatchObject({ answer: 'cancelled', effect: 'repeated' });
  });

  it.each([
    ['silence', 'declined', { status: 'DECLINED', declineCode: 'provider-timeout' }],
    ['expiry', 'cancelled', { status: 'CANCELLED', declineCode: null }],
  ] as const)('given up for %s is %s, to be reported once its key is dead', (why, is, made) => {
    const { answer, effect, payment: givenUp } = giveUp(undefined, asked, why, at);
    expect({ answer, effect }).toEqual({ answer: is, effect: 'made' });
    expect(givenUp).toMatchObject({ ...asked, ...made });
    expect(hasToBeKilled(givenUp)).toBe(true);
  });

  it('has its key killed where nothing is to be kept, and a charge may have got through', () => {
    expect(paymentStatuses.filter((status) => hasToBeKilled(payment(status)))).toEqual([
      'DECLINED',
      'CANCELLED',
    ]);
  });
});

describe('refund-payment', () => {
  it('of a payment that nobody heard of leaves a tombstone', () => {
    const { payment: made, ...rest } = refund(undefined, asked, null, at);
    expect(rest).toEqual({ answer: 'refunded', effect: 'made' });
    expect(made).toEqual(tombstone);
    expect(amountRefunded(made)).toBeNull();
  });

  it('of a charge that was not recorded says what the provider gave back', () => {
    const { payment: made } = refund(undefined, asked, amount, at);
    expect(made).toEqual(payment('REFUNDED', { customerId: null }));
    expect(amountRefunded(made)).toEqual(amount);
  });

  type Rule = PaymentStatus | 'repeated' | 'defect';
  it.each([
    ['TAKEN', 'REFUNDED', 'defect'],
    ['PENDING', 'REFUNDED', 'CANCELLED'],
    ['DECLINED', 'REFUNDED', 'repeated'],
    ['REFUNDED', 'repeated', 'repeated'],
    ['CANCELLED', 'REFUNDED', 'repeated'],
  ] as const satisfies readonly (readonly [PaymentStatus, Rule, Rule])[])(
    'of a payment that is %s makes it %s where something was given back, otherwise %s',
    (status, withMoney, withNone) => {
      const known = payment(status);
      const rules: [Rule, typeof amount | null][] = [
        [withMoney, amount],
        [withNone, null],
      ];
      for (const [rule, givenBack] of rules) {
        if (rule === 'defect') {
          expect(() => refund(known, asked, givenBack, later)).toThrow(Defect);
        } else if (rule === 'repeated') {
          expect(refund(known, asked, givenBack, later)).toEqual({
            answer: 'refunded',
            effect: 'repeated',
            payment: known,
          });
        } else {
          expect(refund(known, asked, givenBack, later)).toEqual({
            answer: 'refunded',
            effect: 'changed',
            payment: { ...known, status: rule, updatedAt: later },
          });
        }
      }
    },
  );

  it('says that nothing was given back of any other payment', () => {
    const given = paymentStatuses.filter((status) => amountRefunded(payment(status)) !== null);
    expect(given).toEqual(['REFUNDED']);
    expect(amountRefunded(payment('REFUNDED'))).toEqual(amount);
  });

  it('needs no provider once all was given back', () => {
    expect(paymentStatuses.filter((status) => isUndone(payment(status)))).toEqual(['REFUNDED']);
  });

  it.each([
    ['another amount', payment('TAKEN'), money(1, 'USD'), ': 1 USD given back of 5998 USD'],
    ['another currency', payment('TAKEN'), money(5998, 'EUR'), ': 5998 EUR given back of 5998 USD'],
    ['money of which nobody knows', tombstone, amount, ': 5998 USD given back of nothing'],
    ['nothing of what was taken', payment('TAKEN'), null, ' is taken, and nothing was given back'],
  ])('is defective when the provider gave back %s', (_, known, givenBack, why) => {
    expect(() => refund(known, asked, givenBack, later)).toThrow(defect(`payment payment-1${why}`));
  });

  it('is not for the payment of another order', () => {
    expect(() => refund(payment('TAKEN'), { ...asked, orderId: 'order-2' }, amount, later)).toThrow(
      defect('payment payment-1 is of another order'),
    );
  });

  it.each(paymentStatuses)(
    'given again for a payment that was %s gets the same answer and has no effect',
    (status) => {
      const givenBack = status === 'TAKEN' ? amount : null;
      const first = refund(payment(status), asked, givenBack, at);
      expect(refund(first.payment, asked, givenBack, later)).toEqual({ ...first, effect: 'repeated' });
    },
  );

  it.each(paymentStatuses)('makes a later take-payment of a payment that was %s no money', (status) => {
    const { payment: known } = refund(payment(status), asked, status === 'TAKEN' ? amount : null, at);
    expect(['cancelled', 'declined']).toContain(takeAgain(known, asked).answer);
  });
});

describe('a pending payment', () => {
  it.each([
    [captured, 'taken', { status: 'TAKEN' }],
    [declined, 'declined', { status: 'DECLINED', declineCode: 'insufficient-funds' }],
  ] as const)('is settled by a charge that is %j', (standing, answer, change) => {
    expect(settle(payment('PENDING'), standing, later)).toEqual({
      answer,
      effect: 'changed',
      payment: { ...payment('PENDING'), ...change, updatedAt: later },
    });
  });

  it.each([pending, dead(), dead(true)])('waits on while its charge is %j', (standing) => {
    expect(settle(payment('PENDING'), standing, later)).toBeNull();
  });

  it.each(paymentStatuses.filter((status) => status !== 'PENDING'))(
    'is not settled once it is %s',
    (status) => {
      for (const standing of outcomes) expect(settle(payment(status), standing, later)).toBeNull();
    },
  );

  it.each([
    ['at once', 0, 0.5],
    ['after half of the time that has gone by', 8, 4],
    ['every minute in the end', 86_400, 60],
  ])('is looked at %s', (_, pendingSeconds, waitSeconds) => {
    const now = new Date(at.getTime() + pendingSeconds * 1000);
    expect(nextLook({ createdAt: at }, now).getTime() - now.getTime()).toBe(waitSeconds * 1000);
  });
});

it('does not make a payment of an outcome that nobody knows', () => {
  const unknown = { kind: 'lent' } as unknown as ChargeOutcome;
  expect(() => take(undefined, asked, unknown, at)).toThrow(
    defect('unexpected charge outcome: {"kind":"lent"}'),
  );
  expect(() => settle(payment('PENDING'), unknown, later)).toThrow(
    defect('unexpected charge outcome: {"kind":"lent"}'),
  );
});
