import { type Load, lock, type WorkingSet } from '#libs/persistence/unit-of-work';
import { reservations } from '../persistence/reservation.row.js';
import { stocks } from '../persistence/stock.row.js';

/** The stock that a reservation names, as far as the reservation is known. */
export const loadStockOf =
  (reservationId: string) =>
  (work: Pick<WorkingSet, 'find'>): Load[] => {
    const skus = work.find(reservations, reservationId)?.lines.map(({ sku }) => sku) ?? [];
    return skus.length > 0 ? [lock(stocks, ...skus)] : [];
  };
