import type { ProductChanged } from '#libs/contracts/inventory/inventory.messages.js';
import { parseAmount } from '#libs/kernel/money.js';
import { lock, type UnitOfWork } from '#libs/persistence/unit-of-work';
import { catalogueProducts, type CatalogueProductRow } from '../persistence/catalogue-product.row.js';

/** Takes over a product's new state, unless we have that or a newer one: duplicates and reordering change nothing. */
export const copyProduct = (product: ProductChanged): UnitOfWork<'copied' | 'known'> => ({
  name: 'copy-product',
  load: [lock(catalogueProducts, product.sku)],
  decide: (work) => {
    const known = work.find(catalogueProducts, product.sku);
    if (known && known.version >= product.version) return 'known';
    const { amountMinor, currency } = parseAmount(product.price.amount, product.price.currency);
    const { sku, name, sellerId, discountPercent, active, version } = product;
    const row: CatalogueProductRow = {
      sku,
      name,
      sellerId,
      priceMinor: amountMinor,
      currency,
      discountPercent,
      active,
      version,
      updatedAt: new Date(product.updatedAt),
    };
    if (known) work.update(catalogueProducts, row);
    else work.insert(catalogueProducts, row);
    return 'copied';
  },
});
