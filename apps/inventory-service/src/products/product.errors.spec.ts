import { describe, expect, it } from '@jest/globals';
import type { Refusal } from '#libs/kernel/errors.js';
import {
  AdjustmentIdTaken,
  ProductExists,
  ProductHasChanged,
  ProductNotFound,
  ProductNotYours,
  SellerNotYours,
} from './product.errors.js';

/** Codes and particulars are public: callers decide by them. */
describe('a refusal about a product', () => {
  it.each<[Refusal, string, string, object]>([
    [new ProductNotFound('LAMP'), 'product-not-found', 'there is no product LAMP', { sku: 'LAMP' }],
    [new ProductExists('LAMP'), 'product-exists', 'there is a product LAMP already', { sku: 'LAMP' }],
    [new ProductNotYours('LAMP'), 'product-not-yours', 'LAMP is sold by somebody else', { sku: 'LAMP' }],
    [new SellerNotYours('shop'), 'seller-not-yours', 'you may not sell for shop', { sellerId: 'shop' }],
    [
      new ProductHasChanged('LAMP', 3),
      'product-has-changed',
      'LAMP is at version 3 by now',
      { sku: 'LAMP', version: 3 },
    ],
    [
      new AdjustmentIdTaken('a-1'),
      'adjustment-id-taken',
      'adjustment a-1 is another one',
      { adjustmentId: 'a-1' },
    ],
  ])('%s', (refusal, code, message, particulars) => {
    expect(refusal).toMatchObject({ name: 'Refusal', code, message });
    expect(refusal.particulars).toEqual(particulars);
  });
});
