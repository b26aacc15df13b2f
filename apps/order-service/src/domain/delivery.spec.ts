import { describe, expect, it } from '@jest/globals';
import { anOrder, aRequest } from '../testing/an-order.js';
import { deliver, outForDelivery, prepare, ship } from './delivery.js';
import { mayBecome, nextStatuses, orderStatuses, settableStatuses } from './order-status.js';
import type { Order } from './order.js';

const parcel = { trackingNumber: 'T-1', carrier: 'UPS' };
const by = (status: (typeof settableStatuses)[number]) => aRequest(status, { by: 'operator' });

const moves = {
  PREPARING: (order: Order) => prepare(order, by('PREPARING')),
  SHIPPED: (order: Order) => ship(order, by('SHIPPED'), parcel),
  OUT_FOR_DELIVERY: (order: Order) => outForDelivery(order, by('OUT_FOR_DELIVERY')),
  DELIVERED: (order: Order) => deliver(order, by('DELIVERED')),
};

describe('an order on its way', () => {
  it('goes from the warehouse to the customer, a version and a request for each status', () => {
    const delivered = Object.values(moves).reduce(
      (order, move) => move(order),
      anOrder({ status: 'CONFIRMED' }),
    );
    expect(delivered).toMatchObject({ status: 'DELIVERED', version: 5 });
    expect(delivered.requests.map(({ askedFor }) => askedFor)).toEqual(settableStatuses);
    expect(delivered.shipments).toEqual([{ ...parcel, at: by('SHIPPED').at }]);
  });

  it('is paid when it is delivered, if it was to be paid then', () => {
    const payment = { method: 'cash_on_delivery', status: 'DUE_ON_DELIVERY', paymentId: null } as const;
    expect(moves.DELIVERED(anOrder({ status: 'SHIPPED', payment })).payment).toEqual({
      ...payment,
      status: 'PAID',
    });
  });

  it('keeps what was paid before, and how', () => {
    const payment = { method: 'card', status: 'PENDING', paymentId: 'payment-1' } as const;
    expect(moves.DELIVERED(anOrder({ status: 'SHIPPED', payment })).payment).toEqual(payment);
  });

  it('may leave in several parcels', () => {
    const first = { ...parcel, at: by('SHIPPED').at };
    const order = anOrder({ status: 'PREPARING', shipments: [first] });
    expect(moves.SHIPPED(order).shipments).toEqual([first, first]);
  });

  it.each(orderStatuses.flatMap((from) => settableStatuses.map((to) => [from, to] as const)))(
    'goes from %s to %s only where the table of transitions has it',
    (from, to) => {
      const move = () => moves[to](anOrder({ status: from }));
      if (mayBecome(from, to)) expect(move().status).toBe(to);
      else expect(move).toThrow(`from ${from} to ${to}`);
    },
  );
});

describe('what an order may become at a wish', () => {
  it.each([
    ['PENDING', ['REJECTED'], ['REJECTED']],
    ['CONFIRMED', ['CANCELLING'], ['PREPARING', 'CANCELLING']],
    ['PREPARING', ['CANCELLING'], ['SHIPPED', 'CANCELLING']],
    ['SHIPPED', [], ['OUT_FOR_DELIVERY', 'DELIVERED']],
    ['OUT_FOR_DELIVERY', [], ['DELIVERED']],
    ['DELIVERED', [], []],
    ['CANCELLING', [], []],
    ['CANCELLED', [], []],
    ['REJECTED', [], []],
  ] as const)('from %s is %j for its customer and %j for an operator', (from, customer, operator) => {
    expect(nextStatuses(from, { maySet: false })).toEqual(customer);
    expect(nextStatuses(from, { maySet: true })).toEqual(operator);
  });
});
