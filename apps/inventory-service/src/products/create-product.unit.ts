import type { Outbox } from '#libs/messaging/outbox';
import { lock, type UnitOfWork } from '#libs/persistence/unit-of-work';
import { createProduct, type NewProduct, type Product } from '../domain/product.js';
import { adjust, emptyStock, type Stock } from '../domain/stock.js';
import { toProductRow } from '../persistence/product.mapper.js';
import { products } from '../persistence/product.row.js';
import { stockAdjustments } from '../persistence/stock-adjustment.row.js';
import { stocks } from '../persistence/stock.row.js';
import { announceStock } from '../announcements/announce-stock.js';
import { announceProduct } from '../announcements/announce-product.js';
import { ProductExists } from './product.errors.js';

export interface CreateProduct {
  readonly product: NewProduct;
  /** What there is of it at the start, booked as an adjustment like all that comes later. */
  readonly available: number;
  readonly adjustmentId: string;
  /** Whose token it was. */
  readonly by: string;
}

export interface StockedProduct {
  readonly product: Product;
  readonly stock: Stock;
}

/** @throws ProductExists, or Refusal `stock-too-large`. */
export const createProductUnit = (
  command: CreateProduct,
  outbox: Pick<Outbox, 'publish'>,
): UnitOfWork<StockedProduct> => ({
  name: 'create-product',
  priority: 'new',
  load: [lock(stocks, command.product.sku), lock(products, command.product.sku)],
  decide: (work) => {
    const { sku } = command.product;
    if (work.find(products, sku)) throw new ProductExists(sku);
    const product = createProduct(command.product, work.now);
    const stock = adjust(emptyStock(sku), command.available);
    work.insert(products, toProductRow(product));
    work.insert(stocks, { ...stock, updatedAt: work.now });
    if (command.available > 0) {
      work.insert(stockAdjustments, {
        id: command.adjustmentId,
        sku,
        delta: command.available,
        reason: 'first stock',
        adjustedBy: command.by,
        availableAfter: stock.available,
        adjustedAt: work.now,
      });
    }
    announceProduct(work, outbox, product);
    announceStock(work, outbox, stock);
    return { product, stock };
  },
});
