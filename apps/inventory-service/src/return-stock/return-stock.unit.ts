import type { ReturnStock } from '#libs/contracts/inventory/inventory.messages.js';
import type { Envelope } from '#libs/messaging/envelope';
import type { Outbox } from '#libs/messaging/outbox';
import { lock, type UnitOfWork } from '#libs/persistence/unit-of-work';
import { giveBack, type Outcome } from '../domain/reservation.js';
import { reservations } from '../persistence/reservation.row.js';
import { stocks } from '../persistence/stock.row.js';
import { loadStockOf } from '../reservations/load-stock-of.js';
import { recordOutcome } from '../reservations/record-outcome.js';

export function returnStock(
  command: Envelope<ReturnStock>,
  outbox: Pick<Outbox, 'publish'>,
): UnitOfWork<Outcome> {
  const { reservationId: id } = command.data;
  return {
    name: 'return-stock',
    priority: 'started',
    load: [lock(reservations, id)],
    loadMore: loadStockOf(id),
    decide: (work) => {
      const known = work.find(reservations, id);
      const asked = { id, orderId: command.subject };
      const outcome = giveBack(known, asked, (sku) => work.get(stocks, sku), work.now);
      recordOutcome(work, outbox, command, outcome);
      return outcome;
    },
  };
}
