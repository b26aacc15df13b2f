import { ListReservations } from '#libs/contracts/inventory/inventory.messages.js';
import { largestPage, type ListRequest } from '#libs/contracts/listing.js';
import type { MessageType } from '#libs/contracts/message-type.js';
import { ListCharges, ListPayments } from '#libs/contracts/payment/payment.messages.js';
import type { Outbox } from '#libs/messaging/outbox';
import type { WorkingSet } from '#libs/persistence/unit-of-work';
import { books, type Book, type ReconciliationRunRow } from './reconciliation-run.row.js';

const questions: Record<Book, MessageType<string, ListRequest>> = {
  reservations: ListReservations,
  payments: ListPayments,
  charges: ListCharges,
};

/**
 * How far a participant's clock may be from ours. What it made for the orders that are looked at has to be among what it
 * lists, whatever its clock said; what is listed besides does no harm.
 */
const clocksApartMs = 3_600_000;

type Run = Pick<ReconciliationRunRow, 'id' | 'since' | 'startedAt' | 'listings'>;

/** Asks for the pages that a run waits for. Asked twice, they come twice, and the second is not taken. */
export function askForPages(
  work: WorkingSet,
  outbox: Pick<Outbox, 'publish'>,
  { id, since, startedAt, listings }: Run,
  of: readonly Book[] = books,
): void {
  for (const book of of) {
    const { page, after, done } = listings[book];
    if (done) continue;
    const data: ListRequest = {
      runId: id,
      page,
      ...(since && { madeFrom: new Date(since.getTime() - clocksApartMs).toISOString() }),
      // So that a book has an end while it is being written.
      madeTo: new Date(startedAt.getTime() + clocksApartMs).toISOString(),
      after,
      limit: largestPage,
    };
    outbox.publish(work, { message: questions[book], subject: id, data });
  }
}
