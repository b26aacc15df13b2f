import { money } from '#libs/kernel/money.js';
import type { Product } from '../domain/product.js';
import type { ProductRow } from './product.row.js';

export const toProduct = ({ priceMinor, currency, ...same }: ProductRow): Product => ({
  ...same,
  price: money(priceMinor, currency),
});

export const toProductRow = ({ price, ...same }: Product): ProductRow => ({
  ...same,
  priceMinor: price.amountMinor,
  currency: price.currency,
});
