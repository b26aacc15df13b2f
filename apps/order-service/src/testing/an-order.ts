import { placeOrder, type Order, type OrderRequest } from '../domain/order.js';

const placedAt = new Date('2026-01-01T00:00:00Z');

/** An order for two tables at 29.99, as it was placed but for `over`. */
export const anOrder = (over: Partial<Order> = {}): Order => ({
  ...placeOrder({
    id: '01990000-0000-7000-8000-000000000001',
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
      {
        productId: 'TABLE',
        name: 'Oak table',
        sellerId: 'seller-1',
        quantity: 2,
        unitPrice: { amountMinor: 2999, currency: 'USD' },
        discountPercent: 0,
        attributes: {},
      },
    ],
  }),
  ...over,
});

/** Five seconds after {@link anOrder} was placed, its customer wants it to become `askedFor`. */
export const aRequest = (
  askedFor: OrderRequest['askedFor'],
  over: Partial<OrderRequest> = {},
): OrderRequest => ({
  askedFor,
  by: 'customer',
  subject: 'cust-1',
  note: null,
  at: new Date('2026-01-01T00:00:05Z'),
  ...over,
});
