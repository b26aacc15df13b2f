import { describe, expect, it } from '@jest/globals';
import { anOrder, aRequest } from '../testing/an-order.js';
import {
  cancellationOf,
  cancellationWay,
  cancelled,
  needsItsSagas,
  reasonOf,
  requestCancellation,
  startCancelling,
} from './cancellation.js';
import { confirmOrder } from './order.js';
import { mayBecome, orderStatuses, type OrderStatus } from './order-status.js';

const request = aRequest('CANCELLED', { note: 'ordered twice' });
const later = new Date('2026-01-01T00:00:09Z');
const paid = { status: 'PAID', paymentId: 'payment-1' } as const;

describe('the request to cancel', () => {
  it('is kept with a pending order, one version on, and changes nothing else', () => {
    const order = anOrder();
    expect(requestCancellation(order, request)).toEqual({
      ...order,
      requests: [request],
      version: 2,
      updatedAt: request.at,
    });
  });

  it('outlives the confirmation, and is what the cancellation then refers to', () => {
    const confirmed = confirmOrder(requestCancellation(anOrder(), request), paid, later);
    expect(cancellationOf(confirmed)).toEqual(request);
    expect(startCancelling(confirmed, cancellationOf(confirmed)!, later)).toMatchObject({
      status: 'CANCELLING',
      version: 4,
      reason: { code: 'cancelled-by-customer', detail: 'ordered twice' },
      requests: [request],
      updatedAt: later,
    });
  });

  it('comes after what was asked for before, the second one, too', () => {
    const prepared = aRequest('PREPARING');
    const requests = [prepared, request];
    expect(requestCancellation(anOrder({ requests: [prepared] }), request)).toMatchObject({ requests });
    const confirmed = anOrder({ status: 'CONFIRMED', requests: [prepared] });
    expect(startCancelling(confirmed, request, later)).toMatchObject({ requests });
  });

  it('is of nobody while other things were asked for', () => {
    expect(cancellationOf(anOrder({ requests: [aRequest('PREPARING')] }))).toBeNull();
  });

  it.each([
    ['customer', null, { code: 'cancelled-by-customer', detail: 'Cancelled by the customer.' }],
    ['operator', null, { code: 'cancelled-by-operator', detail: 'Cancelled by an operator.' }],
    ['operator', 'fraud', { code: 'cancelled-by-operator', detail: 'fraud' }],
  ] as const)('of a %s who says %s becomes the reason', (by, note, reason) => {
    expect(reasonOf(aRequest('CANCELLED', { by, note }))).toEqual(reason);
  });
});

describe('a cancelled order', () => {
  it('says what became of the payment', () => {
    const order = anOrder({ status: 'CANCELLING', payment: { method: 'card', ...paid } });
    expect(cancelled(order, 'REFUNDED', later)).toMatchObject({
      status: 'CANCELLED',
      version: 2,
      payment: { method: 'card', status: 'REFUNDED', paymentId: 'payment-1' },
    });
  });
});

it('is decided for statuses that there are', () => {
  expect(() => cancellationWay('LENT' as OrderStatus)).toThrow('unexpected status of an order: "LENT"');
});

it('keeps sagas of an order that one is at work for, or that may yet be called off', () => {
  expect(orderStatuses.filter(needsItsSagas)).toEqual(['PENDING', 'CONFIRMED', 'PREPARING', 'CANCELLING']);
});

describe.each(orderStatuses)('cancelling an order that is %s', (status) => {
  const order = anOrder({ status });

  it('begins only where the table of transitions has it', () => {
    if (mayBecome(status, 'CANCELLING')) {
      expect(startCancelling(order, request, later)).toMatchObject({
        status: 'CANCELLING',
        requests: [request],
      });
    } else expect(() => startCancelling(order, request, later)).toThrow(`from ${status} to CANCELLING`);
    expect(cancellationWay(status) === 'cancel').toBe(mayBecome(status, 'CANCELLING'));
  });

  it('is noted for later only while its saga is at work', () => {
    if (status === 'PENDING') expect(requestCancellation(order, request).requests).toEqual([request]);
    else expect(() => requestCancellation(order, request)).toThrow(`from ${status} to CANCELLED`);
    expect(cancellationWay(status) === 'ask-the-saga').toBe(status === 'PENDING');
  });

  it('ends only where the table of transitions has it', () => {
    if (mayBecome(status, 'CANCELLED')) expect(cancelled(order, 'CANCELLED', later).status).toBe('CANCELLED');
    else expect(() => cancelled(order, 'CANCELLED', later)).toThrow(`from ${status} to CANCELLED`);
  });

  it('is too late exactly where no way leads to an order that is off', () => {
    const off = ['REJECTED', 'CANCELLED'] as const;
    const reachable = new Set([status]);
    for (const from of reachable) {
      for (const to of orderStatuses) {
        if (mayBecome(from, to) && to !== 'SHIPPED') reachable.add(to);
      }
    }
    const possible = off.some((end) => reachable.has(end));
    expect(cancellationWay(status) === 'too-late').toBe(!possible);
  });
});
