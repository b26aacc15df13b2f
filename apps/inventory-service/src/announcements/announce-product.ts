import { ProductChanged } from '#libs/contracts/inventory/inventory.messages.js';
import { moneyToJson } from '#libs/kernel/money.js';
import type { Outbox } from '#libs/messaging/outbox';
import type { WorkingSet } from '#libs/persistence/unit-of-work';
import type { Product } from '../domain/product.js';

/** Tells everyone who sells the product, or shows it, how it is now. */
export function announceProduct(work: WorkingSet, outbox: Pick<Outbox, 'publish'>, product: Product): void {
  const { sku, name, sellerId, price, discountPercent, active, version, updatedAt } = product;
  outbox.publish(work, {
    message: ProductChanged,
    subject: sku,
    sequence: version,
    data: {
      sku,
      name,
      sellerId,
      discountPercent,
      active,
      version,
      price: moneyToJson(price),
      updatedAt: updatedAt.toISOString(),
    },
  });
}
