import type { Caller } from '#libs/kernel/caller.js';
import type { Outbox } from '#libs/messaging/outbox';
import { lock, type UnitOfWork } from '#libs/persistence/unit-of-work';
import { changeProduct, type Product, type ProductChanges } from '../domain/product.js';
import { toProduct, toProductRow } from '../persistence/product.mapper.js';
import { products } from '../persistence/product.row.js';
import { announceProduct } from '../announcements/announce-product.js';
import { refuseOthers } from './product-access.js';
import { ProductHasChanged, ProductNotFound } from './product.errors.js';

export interface ChangeProduct {
  readonly sku: string;
  readonly changes: ProductChanges;
  readonly caller: Caller;
  /** The version that the caller looked at; undefined for whatever it is by now. */
  readonly version: number | undefined;
}

/** @throws ProductNotFound, ProductNotYours or ProductHasChanged. */
export const changeProductUnit = (
  command: ChangeProduct,
  outbox: Pick<Outbox, 'publish'>,
): UnitOfWork<Product> => ({
  name: 'change-product',
  priority: 'new',
  load: [lock(products, command.sku)],
  decide: (work) => {
    const row = work.find(products, command.sku);
    if (!row) throw new ProductNotFound(command.sku);
    const product = toProduct(row);
    refuseOthers(command.caller, product);
    if ((command.version ?? product.version) !== product.version)
      throw new ProductHasChanged(product.sku, product.version);
    const changed = changeProduct(product, command.changes, work.now);
    if (changed === product) return product;
    work.update(products, toProductRow(changed));
    announceProduct(work, outbox, changed);
    return changed;
  },
});
