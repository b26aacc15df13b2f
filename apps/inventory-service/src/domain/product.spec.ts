import { describe, expect, it } from '@jest/globals';
import { changeProduct, createProduct, type ProductChanges } from './product.js';

const createdAt = new Date('2026-01-01T00:00:00Z');
const later = new Date('2026-01-02T00:00:00Z');
const product = createProduct(
  {
    sku: 'TABLE',
    name: 'Table',
    sellerId: 'seller-1',
    price: { amountMinor: 2999, currency: 'USD' },
    discountPercent: 0,
    active: true,
  },
  createdAt,
);

describe('Product', () => {
  it('starts at version 1', () => {
    expect(product).toMatchObject({ version: 1, createdAt, updatedAt: createdAt });
  });

  it.each<[ProductChanges]>([
    [{ name: 'Oak table' }],
    [{ price: { amountMinor: 3999, currency: 'USD' } }],
    [{ price: { amountMinor: 2999, currency: 'EUR' } }],
    [{ discountPercent: 12.5 }],
    [{ active: false }],
  ])('counts a version for %j', (changes) => {
    expect(changeProduct(product, changes, later)).toEqual({
      ...product,
      ...changes,
      version: 2,
      updatedAt: later,
    });
  });

  it('stays as it is when nothing changes', () => {
    const same = {
      name: 'Table',
      price: { amountMinor: 2999, currency: 'USD' },
      discountPercent: 0,
      active: true,
    };
    expect(changeProduct(product, same, later)).toBe(product);
    expect(changeProduct(product, {}, later)).toBe(product);
  });
});
