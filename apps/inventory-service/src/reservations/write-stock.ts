import type { Outbox } from '#libs/messaging/outbox';
import type { WorkingSet } from '#libs/persistence/unit-of-work';
import { announceStock } from '../announcements/announce-stock.js';
import { isSoldOut, type Stock } from '../domain/stock.js';
import { stocks } from '../persistence/stock.row.js';

/**
 * Writes stock that a reservation moved. Tells others only when the product sells out or is back: an event for every
 * line of every order would make three messages of one, with figures that are out of date when they arrive.
 */
export function writeStock(work: WorkingSet, outbox: Pick<Outbox, 'publish'>, stock: Stock): void {
  const wasSoldOut = isSoldOut(work.get(stocks, stock.sku));
  work.update(stocks, { ...stock, updatedAt: work.now });
  if (isSoldOut(stock) !== wasSoldOut) announceStock(work, outbox, stock);
}
