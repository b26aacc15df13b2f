import type { Caller } from '#libs/auth/caller.js';
import type { Product } from '../domain/product.js';
import { ProductNotYours } from './product.errors.js';

/** Staff manage everything, sellers what they sell. */
export const mayManage = (caller: Caller, { sellerId }: Pick<Product, 'sellerId'>): boolean =>
  caller.isStaff || caller.sellerId === sellerId;

export function refuseOthers(caller: Caller, product: Pick<Product, 'sku' | 'sellerId'>): void {
  if (!mayManage(caller, product)) throw new ProductNotYours(product.sku);
}
