import { describe, expect, it } from '@jest/globals';
import type { Refusal } from '#libs/kernel/errors.js';
import { CustomerNotYours, OrderNotFound } from './order-access.js';
import {
  CurrencyMismatch,
  IllegalTransition,
  OrderExists,
  PriceChanged,
  QuantityTooLarge,
  StaleOrder,
  TooLateToCancel,
  TotalTooLarge,
  TransitionRefused,
  UnknownProduct,
} from './order.errors.js';

const table = { productId: 'TABLE', requested: '10', current: '29.99', currency: 'USD' };
const lamp = { productId: 'LAMP', requested: '5', current: '3.33', currency: 'USD' };

/** Codes and particulars are public: callers decide by them. */
describe('a refusal about an order', () => {
  it.each<[Refusal, string, string, object]>([
    [
      new UnknownProduct(['NOPE', 'GONE']),
      'unknown-product',
      'not for sale: NOPE, GONE',
      { productIds: ['NOPE', 'GONE'] },
    ],
    [
      new PriceChanged([table, lamp]),
      'price-changed',
      'prices have changed: TABLE costs 29.99 USD, LAMP costs 3.33 USD',
      { changes: [table, lamp] },
    ],
    [
      new CurrencyMismatch('EUR', ['TABLE', 'LAMP']),
      'currency-mismatch',
      'not sold in EUR: TABLE, LAMP',
      { currency: 'EUR', productIds: ['TABLE', 'LAMP'] },
    ],
    [
      new QuantityTooLarge('TABLE', 11, 10),
      'quantity-too-large',
      'TABLE: 11 ordered in all, 10 at most',
      { productId: 'TABLE', quantity: 11, most: 10 },
    ],
    [
      new TotalTooLarge('USD', '100.00'),
      'total-too-large',
      'an order may cost 100.00 USD at most',
      { currency: 'USD', most: '100.00' },
    ],
    [
      new OrderExists('ref-1', 'order-1'),
      'order-exists',
      'there is an order ref-1 already',
      { clientOrderId: 'ref-1', orderId: 'order-1' },
    ],
    [
      new StaleOrder('order-1', 3),
      'stale-order',
      'order order-1 has changed; it is at version 3 now',
      { orderId: 'order-1', version: 3 },
    ],
    [
      new TooLateToCancel('order-1', 'SHIPPED'),
      'too-late-to-cancel',
      'order order-1 is SHIPPED: it can be returned, not cancelled',
      { orderId: 'order-1', status: 'SHIPPED' },
    ],
    [
      new TransitionRefused('order-1', 'SHIPPED', 'PREPARING', ['OUT_FOR_DELIVERY', 'DELIVERED']),
      'illegal-transition',
      'order order-1 is SHIPPED and cannot become PREPARING; it may become OUT_FOR_DELIVERY, DELIVERED',
      { orderId: 'order-1', from: 'SHIPPED', to: 'PREPARING', legal: ['OUT_FOR_DELIVERY', 'DELIVERED'] },
    ],
    [
      new TransitionRefused('order-1', 'PENDING', 'SHIPPED', []),
      'illegal-transition',
      'order order-1 is PENDING and cannot become SHIPPED; its status is not set by hand now',
      { orderId: 'order-1', from: 'PENDING', to: 'SHIPPED', legal: [] },
    ],
    [new OrderNotFound('order-1'), 'order-not-found', 'there is no order order-1', {}],
    [new CustomerNotYours(), 'customer-not-yours', 'you may not act for another customer', {}],
  ])('%s', (refusal, code, message, particulars) => {
    expect(refusal).toMatchObject({ name: 'Refusal', code, message });
    expect(refusal.particulars).toEqual(particulars);
  });

  it('is none where the table of transitions was not asked: that is a defect', () => {
    expect(new IllegalTransition('order-1', 'PENDING', 'SHIPPED')).toMatchObject({
      name: 'Defect',
      message: 'order order-1 cannot go from PENDING to SHIPPED',
    });
  });
});
