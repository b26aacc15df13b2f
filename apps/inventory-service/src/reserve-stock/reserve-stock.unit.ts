import type { ReserveStock } from '#libs/contracts/inventory/inventory.messages.js';
import { type Envelope, isExpired } from '#libs/messaging/envelope';
import type { Outbox } from '#libs/messaging/outbox';
import { lock, read, type UnitOfWork } from '#libs/persistence/unit-of-work';
import { bury, reserve, type Outcome } from '../domain/reservation.js';
import { products } from '../persistence/product.row.js';
import { reservations } from '../persistence/reservation.row.js';
import { stocks } from '../persistence/stock.row.js';
import { recordOutcome } from '../reservations/record-outcome.js';

export function reserveStock(
  command: Envelope<ReserveStock>,
  outbox: Pick<Outbox, 'publish'>,
): UnitOfWork<Outcome> {
  const { reservationId: id, lines } = command.data;
  const skus = [...new Set(lines.map(({ sku }) => sku))];
  return {
    name: 'reserve-stock',
    priority: 'started',
    load: [lock(reservations, id), lock(stocks, ...skus), read(products, ...skus)],
    decide: (work) => {
      const known = work.find(reservations, id);
      const shelf = (sku: string) => (work.find(products, sku)?.active ? work.find(stocks, sku) : undefined);
      const asked = { id, orderId: command.subject, lines };
      const outcome =
        !known && isExpired(command, work.now)
          ? bury(asked, work.now)
          : reserve(known, asked, shelf, work.now);
      recordOutcome(work, outbox, command, outcome);
      return outcome;
    },
  };
}
