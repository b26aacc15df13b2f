import type { Money } from '#libs/kernel/money.js';

/** What is sold, by whom, for how much. How many there are is another matter: see stock.ts. */
export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly sellerId: string;
  readonly price: Money;
  /** 0 to 100, up to two decimals. */
  readonly discountPercent: number;
  /** Inactive products cannot be ordered; orders that are under way are not affected. */
  readonly active: boolean;
  /** 1 when created; each change adds one. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type NewProduct = Omit<Product, 'version' | 'createdAt' | 'updatedAt'>;
export type ProductChanges = Partial<Pick<Product, 'name' | 'price' | 'discountPercent' | 'active'>>;

export const createProduct = (given: NewProduct, at: Date): Product => ({
  ...given,
  version: 1,
  createdAt: at,
  updatedAt: at,
});

/** The product as it was, the very same object, when the changes are none: no version, no event. */
export function changeProduct(product: Product, changes: ProductChanges, at: Date): Product {
  const changed: Product = { ...product, ...changes };
  const same =
    changed.name === product.name &&
    changed.price.amountMinor === product.price.amountMinor &&
    changed.price.currency === product.price.currency &&
    changed.discountPercent === product.discountPercent &&
    changed.active === product.active;
  return same ? product : { ...changed, version: product.version + 1, updatedAt: at };
}
