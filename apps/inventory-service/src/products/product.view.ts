import { moneyToJson, type MoneyJson } from '#libs/kernel/money.js';
import type { Product } from '../domain/product.js';
import type { Stock } from '../domain/stock.js';

/** A product as the API shows it. */
export interface ProductView extends Pick<
  Product,
  'sku' | 'name' | 'sellerId' | 'discountPercent' | 'active' | 'version'
> {
  readonly price: MoneyJson;
  readonly available: number;
  /** What is held and sold is its seller's business: only they, and staff, see it. */
  readonly reserved?: number;
  readonly sold?: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export const viewProduct = (product: Product, stock: Stock, forSeller: boolean): ProductView => ({
  sku: product.sku,
  name: product.name,
  sellerId: product.sellerId,
  price: moneyToJson(product.price),
  discountPercent: product.discountPercent,
  active: product.active,
  available: stock.available,
  ...(forSeller && { reserved: stock.reserved, sold: stock.sold }),
  version: product.version,
  createdAt: product.createdAt.toISOString(),
  updatedAt: product.updatedAt.toISOString(),
});
