import type { Caller } from '#libs/kernel/caller.js';
import type { Product } from '../domain/product.js';
import { BadRequest } from '#libs/http';
import { ProductNotYours, SellerNotYours } from './product.errors.js';

/** Staff manage everything, sellers what they sell. */
export const mayManage = (caller: Caller, { sellerId }: Pick<Product, 'sellerId'>): boolean =>
  caller.isStaff || caller.sellerId === sellerId;

export function refuseOthers(caller: Caller, product: Pick<Product, 'sku' | 'sellerId'>): void {
  if (!mayManage(caller, product)) throw new ProductNotYours(product.sku);
}

/**
 * Who will sell what the caller creates: sellers themselves, for staff whomever they name.
 * @throws SellerNotYours, or BadRequest when staff name nobody.
 */
export function sellerFor(caller: Caller, named: string | undefined): string {
  const sellerId = named ?? caller.sellerId;
  if (sellerId === null) {
    const error = { pointer: '/sellerId', code: 'required', detail: 'is required of who is no seller' };
    throw new BadRequest('invalid-request', 'one field is not valid', [error]);
  }
  if (!mayManage(caller, { sellerId })) throw new SellerNotYours(sellerId);
  return sellerId;
}
