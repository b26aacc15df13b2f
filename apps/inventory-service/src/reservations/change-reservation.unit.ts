import type { Envelope } from '#libs/messaging/envelope';
import type { Outbox } from '#libs/messaging/outbox';
import { lock, type UnitOfWork } from '#libs/persistence/unit-of-work';
import type { commit, giveBack, Outcome, release } from '../domain/reservation.js';
import { reservations } from '../persistence/reservation.row.js';
import { stocks } from '../persistence/stock.row.js';
import { recordOutcome } from './record-outcome.js';

/** What a command about a reservation comes to by its rule, with the stock that the reservation names, if it is known. */
export const changeReservation =
  (name: string, rule: typeof release | typeof commit | typeof giveBack) =>
  (
    command: Envelope<{ readonly reservationId: string }>,
    outbox: Pick<Outbox, 'publish'>,
  ): UnitOfWork<Outcome> => {
    const { reservationId: id } = command.data;
    return {
      name,
      priority: 'started',
      load: [lock(reservations, id)],
      loadMore: (work) => {
        const skus = work.find(reservations, id)?.lines.map(({ sku }) => sku) ?? [];
        return skus.length > 0 ? [lock(stocks, ...skus)] : [];
      },
      decide: (work) => {
        const asked = { id, orderId: command.subject };
        const outcome = rule(work.find(reservations, id), asked, (sku) => work.get(stocks, sku), work.now);
        recordOutcome(work, outbox, command, outcome);
        return outcome;
      },
    };
  };
