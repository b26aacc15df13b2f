import { StockChanged } from '#libs/contracts/inventory/inventory.messages.js';
import type { Outbox } from '#libs/messaging/outbox';
import type { WorkingSet } from '#libs/persistence/unit-of-work';
import type { Stock } from '../domain/stock.js';

/** Its `sequence` has gaps: not every version of a stock is told of (see write-stock.ts). */
export function announceStock(
  work: WorkingSet,
  outbox: Pick<Outbox, 'publish'>,
  { sku, available, reserved, sold, version }: Stock,
): void {
  outbox.publish(work, {
    message: StockChanged,
    subject: sku,
    sequence: version,
    data: { sku, available, reserved, sold, version, updatedAt: work.now.toISOString() },
  });
}
