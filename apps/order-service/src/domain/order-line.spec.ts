import { expect, it } from '@jest/globals';
import { lineTotal, quantitiesByProduct, totalsOf, type OrderLine } from './order-line.js';

const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' });
const line = (over: Partial<OrderLine>): OrderLine => ({
  productId: 'TABLE',
  name: 'Table',
  sellerId: 'seller-1',
  quantity: 1,
  unitPrice: usd(333),
  discountPercent: 0,
  attributes: {},
  ...over,
});

it('takes the discount of a line off once, rounded once', () => {
  // 3 times 333 is 999, and a tenth of that 99.9; of each piece it would be 33, and 99 in all.
  expect(lineTotal(line({ quantity: 3, discountPercent: 10 }))).toEqual(usd(899));
});

it('adds up what lines cost, what comes off, and what is left', () => {
  const lines = [line({ quantity: 3, discountPercent: 10 }), line({ quantity: 2 })];
  expect(totalsOf(lines, 'USD')).toEqual({ subtotal: usd(1665), discount: usd(100), total: usd(1565) });
});

it('has quantities by product, ascending, as stock is locked', () => {
  const lines = [
    line({ productId: 'LAMP', quantity: 1 }),
    line({ productId: 'TABLE', quantity: 2 }),
    line({ productId: 'CHAIR', quantity: 4 }),
    line({ productId: 'LAMP', quantity: 3, attributes: { wood: 'oak' } }),
  ];
  expect(quantitiesByProduct(lines)).toEqual([
    { sku: 'CHAIR', quantity: 4 },
    { sku: 'LAMP', quantity: 4 },
    { sku: 'TABLE', quantity: 2 },
  ]);
});
