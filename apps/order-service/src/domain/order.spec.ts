import { describe, expect, it } from '@jest/globals';
import { confirmOrder, placeOrder, rejectOrder, type Order } from './order.js';
import { isFinal, mayBecome, orderStatuses, type OrderStatus } from './order-status.js';

const placedAt = new Date('2026-01-01T00:00:00Z');
const later = new Date('2026-01-01T00:00:05Z');
const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' });

const placed = (): Order =>
  placeOrder({
    id: 'order-1',
    number: '2026-000001',
    clientOrderId: null,
    customerId: 'cust-1',
    currency: 'USD',
    method: 'card',
    note: null,
    attributes: {},
    at: placedAt,
    shippingAddress: {
      name: null,
      street: '1 Main',
      city: 'Boston',
      state: null,
      zipCode: '02108',
      country: 'US',
    },
    lines: [
      line({ unitPrice: usd(2999), quantity: 2 }),
      line({ productId: 'LAMP', unitPrice: usd(333), quantity: 3, discountPercent: 10 }),
    ],
  });

function line(over: Partial<Order['lines'][number]>): Order['lines'][number] {
  return {
    productId: 'TABLE',
    name: 'Table',
    sellerId: 'seller-1',
    quantity: 1,
    unitPrice: usd(100),
    discountPercent: 0,
    attributes: {},
    ...over,
  };
}

const paid = { status: 'PAID', paymentId: 'payment-1' } as const;
const declined = { status: 'DECLINED', paymentId: 'payment-1' } as const;
const outOfStock = { code: 'out-of-stock', detail: 'TABLE' };

describe('Order', () => {
  it('starts pending, at version 1, with totals that add up', () => {
    const order = placed();
    expect(order).toMatchObject({ status: 'PENDING', version: 1, reason: null });
    expect(order.subtotal).toEqual(usd(5998 + 999));
    expect(order.discount).toEqual(usd(100));
    expect(order.total).toEqual(usd(5998 + 999 - 100));
  });

  it('starts with nothing but what was asked for', () => {
    const { lines, shippingAddress } = placed();
    expect(placed()).toEqual({
      id: 'order-1',
      number: '2026-000001',
      clientOrderId: null,
      customerId: 'cust-1',
      status: 'PENDING',
      reason: null,
      lines,
      subtotal: usd(6997),
      discount: usd(100),
      total: usd(6897),
      shippingAddress,
      payment: { method: 'card', status: 'PENDING', paymentId: null },
      shipments: [],
      note: null,
      attributes: {},
      requests: [],
      version: 1,
      createdAt: placedAt,
      updatedAt: placedAt,
    });
  });

  it('is confirmed with its payment, one version on', () => {
    const order = confirmOrder(placed(), paid, later);
    expect(order).toMatchObject({ status: 'CONFIRMED', version: 2, updatedAt: later, createdAt: placedAt });
    expect(order.payment).toEqual({ method: 'card', ...paid });
  });

  it('is rejected with a reason that stays', () => {
    const order = rejectOrder(placed(), outOfStock, declined, later);
    expect(order).toMatchObject({ status: 'REJECTED', version: 2, reason: outOfStock });
    expect(order.payment).toEqual({ method: 'card', ...declined });
  });

  describe.each(orderStatuses)('when %s', (status: OrderStatus) => {
    const order: Order = { ...placed(), status };

    it.each([
      ['CONFIRMED', () => confirmOrder(order, paid, later)],
      ['REJECTED', () => rejectOrder(order, outOfStock, declined, later)],
    ] as const)('becomes %s only where the table has it', (to, act) => {
      if (mayBecome(status, to)) expect(act().status).toBe(to);
      else expect(act).toThrow(`from ${status} to ${to}`);
    });
  });
});

describe('the table of transitions', () => {
  it('lets what was delivered come back, in part or whole', () => {
    const next = (status: OrderStatus) => orderStatuses.filter((to) => mayBecome(status, to));
    expect(next('DELIVERED')).toEqual(['PARTIALLY_REFUNDED', 'RETURNED', 'REFUNDED']);
    expect(next('PARTIALLY_REFUNDED')).toEqual(['PARTIALLY_REFUNDED', 'RETURNED', 'REFUNDED']);
    expect(next('RETURNED')).toEqual(['REFUNDED']);
    expect(orderStatuses.filter(isFinal)).toEqual(['REJECTED', 'CANCELLED', 'REFUNDED']);
  });

  it('reaches every status from PENDING', () => {
    const reached = new Set<OrderStatus>(['PENDING']);
    for (const from of reached)
      orderStatuses.filter((to) => mayBecome(from, to)).forEach((to) => reached.add(to));
    expect([...reached].sort()).toEqual([...orderStatuses].sort());
  });

  it('lets every order come to an end', () => {
    const ends = new Set<OrderStatus>(orderStatuses.filter(isFinal));
    for (let grown = true; grown;) {
      const more = orderStatuses.filter(
        (from) => !ends.has(from) && [...ends].some((to) => mayBecome(from, to)),
      );
      more.forEach((status) => ends.add(status));
      grown = more.length > 0;
    }
    expect([...ends].sort()).toEqual([...orderStatuses].sort());
  });

  it('never leads back to PENDING', () => {
    expect(orderStatuses.filter((from) => mayBecome(from, 'PENDING'))).toEqual([]);
  });
});
