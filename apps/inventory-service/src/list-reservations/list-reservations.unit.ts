import { ReservationsListed, type ListReservations } from '#libs/contracts/inventory/inventory.messages.js';
import type { Envelope } from '#libs/messaging/envelope';
import type { Outbox } from '#libs/messaging/outbox';
import type { UnitOfWork } from '#libs/persistence/unit-of-work';

/**
 * Tells a page to whoever asked for it. No inbox: asked twice it is told twice, and whoever asks knows which page to
 * wait for.
 */
export const listReservations = (
  request: Envelope<ListReservations>,
  page: ReservationsListed,
  outbox: Pick<Outbox, 'publish'>,
): UnitOfWork<void> => ({
  name: 'list-reservations',
  // Orders go first.
  priority: 'new',
  load: [],
  decide: (work) => {
    outbox.publish(work, {
      message: ReservationsListed,
      subject: request.subject,
      data: page,
      causationId: request.id,
    });
  },
});
