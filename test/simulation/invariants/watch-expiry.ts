import { ReserveStock, type ReserveStock as Reserve } from '#libs/contracts/inventory/inventory.messages.js';
import { TakePayment } from '#libs/contracts/payment/payment.messages.js';
import { isExpired, type Envelope } from '#libs/messaging/envelope/envelope.js';
import { inboxTable } from '#libs/messaging/inbox/inbox.row.js';
import { reservations } from '../../../apps/inventory-service/src/persistence/reservation.row.js';
import { payments } from '../../../apps/payment-service/src/persistence/payment.row.js';
import type { Charge } from '../../../apps/payment-service/src/provider/payment-provider.js';
import { currentDelivery } from '../services/current-delivery.js';
import type { Coverage } from '../world/coverage.js';
import {
  changesOf,
  maxClockSkewMs,
  messagesIn,
  type Report,
  type CommitObserver,
} from './commit-observer.js';

/** What was committed to be sent, by message id. */
export type Sent = (messageId: string) => Envelope | undefined;

const notBegun = 'what has expired is not begun';

const mayBeGivenUp: ReadonlySet<string> = new Set([ReserveStock.type, TakePayment.type]);

/** Only commands that may be given up expire. */
export const watchExpiries =
  (report: Report): CommitObserver =>
  (commit) => {
    for (const { id, type, expirytime } of messagesIn(commit)) {
      if ((expirytime !== undefined) !== mayBeGivenUp.has(type)) {
        report('what may be given up expires, and nothing else does', `${type} ${id}: ${expirytime}`);
      }
    }
  };

/** No stock is reserved for a command that had expired when it was decided on. */
export const watchExpiredReservations =
  (sent: Sent, coverage: Coverage, report: Report): CommitObserver =>
  (commit) => {
    for (const { before, after } of changesOf(commit, payments)) {
      // Without a charge, nobody is to be told of its settlement.
      if (!before && after?.status === 'CANCELLED' && !after.askedBy) coverage.count('expired.take-payment');
    }
    const made = changesOf(commit, reservations).flatMap(({ before, after }) =>
      after && !before ? [after] : [],
    );
    if (made.length === 0) return;
    const consumed = changesOf(commit, inboxTable).flatMap(({ before, after }) =>
      after && !before ? (sent(after.messageId) ?? []) : [],
    );
    for (const { id, status, createdAt } of made) {
      const sendings = consumed.filter(
        ({ type, data }) => type === ReserveStock.type && (data as Reserve).reservationId === id,
      );
      if (sendings.length === 0 || !sendings.every((message) => isExpired(message, createdAt))) continue;
      coverage.count('expired.reserve-stock');
      if (status !== 'CANCELLED') report(notBegun, `reservation ${id} is ${status}`);
    }
  };

/** The provider is not asked to charge for a command that had expired before it was delivered. */
export const watchExpiredCharges =
  (sent: Sent, report: Report) =>
  ({ key }: Charge): void => {
    const { messageId, takenAtMs = 0 } = currentDelivery.getStore() ?? {};
    const message = messageId === undefined ? undefined : sent(messageId);
    if (message && isExpired(message, new Date(takenAtMs - maxClockSkewMs))) {
      report(notBegun, `payment ${key} is charged on account of ${message.id}`);
    }
  };
