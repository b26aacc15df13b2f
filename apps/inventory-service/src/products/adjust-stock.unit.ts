import type { Caller } from '#libs/kernel/caller.js';
import type { Outbox } from '#libs/messaging/outbox';
import { lock, read, type UnitOfWork } from '#libs/persistence/unit-of-work';
import { adjust } from '../domain/stock.js';
import { products } from '../persistence/product.row.js';
import { stockAdjustments, type StockAdjustmentRow } from '../persistence/stock-adjustment.row.js';
import { stocks } from '../persistence/stock.row.js';
import { announceStock } from '../announcements/announce-stock.js';
import { refuseOthers } from './product-access.js';
import { AdjustmentIdTaken, ProductNotFound } from './product.errors.js';

export interface AdjustStock {
  /** Chosen by the caller to make a retry safe: the same adjustment again is answered again and has no effect. */
  readonly adjustmentId: string;
  readonly sku: string;
  readonly delta: number;
  readonly reason: string;
  readonly caller: Caller;
}

export interface AdjustedStock {
  readonly adjustment: StockAdjustmentRow;
  /** It had been made before, under the same id. */
  readonly repeated: boolean;
}

/** @throws ProductNotFound, ProductNotYours, AdjustmentIdTaken, or Refusal `stock-too-low`, `stock-too-large`. */
export const adjustStockUnit = (
  command: AdjustStock,
  outbox: Pick<Outbox, 'publish'>,
): UnitOfWork<AdjustedStock> => ({
  name: 'adjust-stock',
  priority: 'new',
  load: [
    lock(stockAdjustments, command.adjustmentId),
    lock(stocks, command.sku),
    read(products, command.sku),
  ],
  decide: (work) => {
    const { adjustmentId: id, sku, delta, reason, caller } = command;
    const product = work.find(products, sku);
    if (!product) throw new ProductNotFound(sku);
    refuseOthers(caller, product);
    const done = work.find(stockAdjustments, id);
    if (done) {
      if (done.sku !== sku || done.delta !== delta) throw new AdjustmentIdTaken(id);
      return { adjustment: done, repeated: true };
    }
    const stock = adjust(work.get(stocks, sku), delta);
    const adjustment: StockAdjustmentRow = {
      id,
      sku,
      delta,
      reason,
      adjustedBy: caller.subject,
      availableAfter: stock.available,
      adjustedAt: work.now,
    };
    work.update(stocks, { ...stock, updatedAt: work.now });
    work.insert(stockAdjustments, adjustment);
    announceStock(work, outbox, stock);
    return { adjustment, repeated: false };
  },
});
