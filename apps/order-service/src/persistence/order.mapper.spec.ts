import { describe, expect, it } from '@jest/globals';
import { order as orderSchema } from '#libs/contracts/order/order.messages.js';
import type { Order } from '../domain/order.js';
import { toDocument } from './order-document.js';
import { toOrder, toRow } from './order.mapper.js';

const at = new Date('2026-01-01T00:00:00.123Z');
const order: Order = {
  id: '01990000-0000-7000-8000-000000000001',
  number: '2026-000001',
  clientOrderId: 'shop-1',
  customerId: 'cust-1',
  status: 'REJECTED',
  reason: { code: 'out-of-stock', detail: 'LAST-ONE' },
  lines: [
    {
      productId: 'LAST-ONE',
      name: 'Café table',
      sellerId: 'seller-1',
      quantity: 2,
      unitPrice: { amountMinor: 1005, currency: 'USD' },
      discountPercent: 12.5,
      attributes: { note: '🎁' },
    },
  ],
  subtotal: { amountMinor: 2010, currency: 'USD' },
  discount: { amountMinor: 251, currency: 'USD' },
  total: { amountMinor: 1759, currency: 'USD' },
  shippingAddress: {
    name: 'A',
    street: '1 Main',
    city: 'Boston',
    state: null,
    zipCode: '02108',
    country: 'US',
  },
  payment: { method: 'card', status: 'CANCELLED', paymentId: null },
  shipments: [{ trackingNumber: 'T-1', carrier: null, at }],
  requests: [{ askedFor: 'CANCELLED', by: 'customer', subject: 'cust-1', note: 'ordered twice', at }],
  note: 'ring twice',
  attributes: { source: 'web' },
  version: 2,
  createdAt: at,
  updatedAt: at,
};

describe('the mapping of an order', () => {
  it('to its row and back loses nothing, also when the document went through JSON', () => {
    const row = toRow(order);
    expect(toOrder({ ...row, details: JSON.parse(JSON.stringify(row.details)) })).toEqual(order);
  });

  it('reads a row from before there were requests', () => {
    const { requests: _, ...details } = toRow(order).details;
    expect(toOrder({ ...toRow(order), details })).toEqual({ ...order, requests: [] });
  });

  it('reads amounts as they were meant, when the currency had other minor units', () => {
    const row = toRow(order);
    const [line] = row.details.lines;
    const whole = {
      ...row,
      currency: 'HUF',
      totalMinor: 1_999,
      details: { ...row.details, minorUnits: 0, lines: [{ ...line!, unitPriceMinor: 1_999 }] },
    };
    expect(toDocument(toOrder(whole)).total).toEqual({ amount: '1999.00', currency: 'HUF' });
    expect(toRow(toOrder(whole)).details.minorUnits).toBe(2);
    const { minorUnits: _, ...older } = row.details;
    expect(toOrder({ ...row, details: older }).total).toEqual(order.total);
  });

  it('does not tell which operator asked', () => {
    expect(JSON.stringify(toDocument(order).requests)).toBe(
      '[{"askedFor":"CANCELLED","by":"customer","note":"ordered twice","at":"2026-01-01T00:00:00.123Z"}]',
    );
  });

  it('to its document is what the contract promises', () => {
    const document = toDocument(order);
    expect(orderSchema.parse(document)).toEqual(document);
    expect(document.items[0]).toMatchObject({ lineTotal: { amount: '17.59', currency: 'USD' } });
  });
});
