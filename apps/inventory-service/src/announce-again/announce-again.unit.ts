import type { Outbox } from '#libs/messaging/outbox';
import { read, type UnitOfWork } from '#libs/persistence/unit-of-work';
import { announceProduct } from '../announcements/announce-product.js';
import { toProduct } from '../persistence/product.mapper.js';
import { products } from '../persistence/product.row.js';

/**
 * Announces products as they stand, for whoever missed that they changed. Not locked: what is older than another change by
 * the time that it arrives is passed over by its version.
 */
export const announceAgain = (
  skus: readonly string[],
  outbox: Pick<Outbox, 'publish'>,
): UnitOfWork<void> => ({
  name: 'announce-again',
  load: [read(products, ...skus)],
  decide: (work) => {
    for (const sku of skus) {
      const row = work.find(products, sku);
      if (row) announceProduct(work, outbox, toProduct(row));
    }
  },
});
