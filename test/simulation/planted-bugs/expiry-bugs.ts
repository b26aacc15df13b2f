import { ReserveStock } from '#libs/contracts/inventory/inventory.messages.js';
import { RefundPayment, TakePayment } from '#libs/contracts/payment/payment.messages.js';
import { bodyHashOf, rememberHash } from '#libs/messaging/envelope/body-hash.js';
import { Outbox } from '#libs/messaging/outbox/outbox.js';
import type { OutgoingMessage } from '#libs/messaging/outbox/outgoing-message.js';
import type { WorkingSet } from '#libs/persistence/unit-of-work/unit-of-work.js';
import {
  reservations,
  type ReservationRow,
} from '../../../apps/inventory-service/src/persistence/reservation.row.js';
import type { Parts } from '../services/parts.js';
import type { PlantedBug } from './planted-bug.js';
import { seeingOtherwise } from './tampering.js';

class ExpiringRefunds extends Outbox {
  override publish<Data>(work: WorkingSet, outgoing: OutgoingMessage<Data>): string {
    const expires = outgoing.message.type === RefundPayment.type;
    const expiresAt = expires ? new Date(work.now.getTime() + 85_000) : outgoing.expiresAt;
    return super.publish(work, { ...outgoing, expiresAt });
  }
}

/** Commands of a type are handled as if they never expired. */
const begunWhenever =
  (type: string): Parts['handler'] =>
  (handle) =>
  (message) => {
    if (message.type !== type) return handle(message);
    const timeless = { ...message, expirytime: undefined };
    rememberHash(timeless, bodyHashOf(message));
    return handle(timeless);
  };

export const expiryBugs: readonly PlantedBug[] = [
  {
    name: 'expired-reservation-is-made',
    what: 'inventory-service does not look at the time from which a command is not to be begun any more.',
    parts: { handler: begunWhenever(ReserveStock.type) },
  },
  {
    name: 'expired-charge-is-made',
    what: 'payment-service does not look at the time from which a command is not to be begun any more.',
    parts: { handler: begunWhenever(TakePayment.type) },
  },
  {
    name: 'no-tombstone-of-the-expired',
    what: 'A reserve-stock that has expired is answered as cancelled, and forgotten.',
    parts: {
      units: seeingOtherwise('reserve-stock', (work) => ({
        insert: (table, row) => {
          const isTombstone =
            (table as unknown) === reservations && (row as ReservationRow).status === 'CANCELLED';
          if (!isTombstone) work.insert(table, row);
        },
      })),
    },
  },
  {
    name: 'refund-expires',
    what: 'A refund that comes late is not to be made any more.',
    parts: { outbox: (outbox) => new ExpiringRefunds(outbox.source) },
  },
];
