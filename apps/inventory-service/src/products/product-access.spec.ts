import { describe, expect, it } from '@jest/globals';
import { callerOf, type Role } from '#libs/kernel/caller.js';
import { mayManage, refuseOthers, sellerFor } from './product-access.js';
import { ProductNotYours, SellerNotYours } from './product.errors.js';

const caller = (...roles: Role[]) => callerOf('somebody', roles, 'shop-1');

describe('who manages a product', () => {
  it.each<[boolean, Role[], string]>([
    [true, ['seller'], 'shop-1'],
    [false, ['seller'], 'shop-2'],
    [false, ['customer'], 'shop-1'],
    [false, [], 'shop-1'],
    [true, ['operator'], 'shop-2'],
    [true, ['admin'], 'shop-2'],
  ])('is %s for %j, of what %s sells', (expected, roles, sellerId) => {
    expect(mayManage(caller(...roles), { sellerId })).toBe(expected);
    const refuse = () => refuseOthers(caller(...roles), { sku: 'LAMP', sellerId });
    if (expected) expect(refuse).not.toThrow();
    else expect(refuse).toThrow(new ProductNotYours('LAMP'));
  });
});

describe('whose a new product is', () => {
  it('is a seller’s own, named or not', () => {
    expect(sellerFor(caller('seller'), undefined)).toBe('shop-1');
    expect(sellerFor(caller('seller'), 'shop-1')).toBe('shop-1');
    expect(() => sellerFor(caller('seller'), 'shop-2')).toThrow(new SellerNotYours('shop-2'));
    expect(() => sellerFor(caller('customer'), 'shop-1')).toThrow(new SellerNotYours('shop-1'));
  });

  it('is whomever staff name, and they have to name somebody', () => {
    expect(sellerFor(caller('operator'), 'shop-2')).toBe('shop-2');
    expect(() => sellerFor(caller('operator'), undefined)).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        message: 'one field is not valid',
        errors: [{ pointer: '/sellerId', code: 'required', detail: 'is required of who is no seller' }],
      }),
    );
  });

  it('is the seller’s where staff sell, too', () => {
    expect(sellerFor(caller('operator', 'seller'), undefined)).toBe('shop-1');
  });
});
