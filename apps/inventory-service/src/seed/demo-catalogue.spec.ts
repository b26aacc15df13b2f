import { describe, expect, it } from '@jest/globals';
import { demoCatalogue } from './demo-catalogue.js';

const bySku = new Map(demoCatalogue.map((entry) => [entry.product.sku, entry]));

describe('the demo catalogue', () => {
  it('has what documents and tests rely on', () => {
    expect(bySku.get('OAK-TABLE')).toMatchObject({
      product: { price: { amountMinor: 2999, currency: 'USD' }, discountPercent: 0, active: true },
    });
    expect(bySku.get('OAK-TABLE')?.available).toBeGreaterThan(10_000);
    expect(bySku.get('LAST-ONE')?.available).toBe(1);
    expect(bySku.get('SOLD-OUT')?.available).toBe(0);
  });

  it('has some forty more, of three sellers, a few of them with a discount', () => {
    expect(bySku.size).toBe(demoCatalogue.length);
    expect(demoCatalogue.length).toBeGreaterThanOrEqual(43);
    expect(new Set(demoCatalogue.map(({ product }) => product.sellerId)).size).toBe(3);
    expect(demoCatalogue.filter(({ product }) => product.discountPercent > 0).length).toBeGreaterThan(5);
  });
});
