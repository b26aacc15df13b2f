import {
  ReservationCancelled,
  StockCommitted,
  StockReleased,
  StockReserved,
  StockReturned,
  StockShort,
} from '#libs/contracts/inventory/inventory.messages.js';
import { assertNever } from '#libs/kernel/errors.js';
import type { Envelope } from '#libs/messaging/envelope';
import type { Outbox, OutgoingMessage } from '#libs/messaging/outbox';
import type { WorkingSet } from '#libs/persistence/unit-of-work';
import type { Outcome } from '../domain/reservation.js';
import { reservations } from '../persistence/reservation.row.js';
import { writeStock } from './write-stock.js';

/** Writes what a command came to, and answers it: also when it was answered before, as the first answer may be lost. */
export function recordOutcome(
  work: WorkingSet,
  outbox: Pick<Outbox, 'publish'>,
  command: Envelope,
  { effect, reservation, moved, answer }: Outcome,
): void {
  if (effect === 'made') work.insert(reservations, reservation);
  if (effect === 'changed') work.update(reservations, reservation);
  for (const stock of moved) writeStock(work, outbox, stock);
  outbox.publish(work, {
    ...replyOf(answer, reservation),
    subject: command.subject,
    sagaId: command.sagaid,
    commandId: command.commandid,
    causationId: command.id,
  });
}

type Reply = Pick<OutgoingMessage, 'message' | 'data'>;

/** What tells whoever asked what it came to. */
export function replyOf(
  answer: Outcome['answer'],
  { id: reservationId, shortages }: Outcome['reservation'],
): Reply {
  switch (answer) {
    case 'reserved':
      return { message: StockReserved, data: { reservationId } };
    case 'short':
      return { message: StockShort, data: { reservationId, shortages } };
    case 'cancelled':
      return { message: ReservationCancelled, data: { reservationId } };
    case 'released':
      return { message: StockReleased, data: { reservationId } };
    case 'committed':
      return { message: StockCommitted, data: { reservationId } };
    case 'returned':
      return { message: StockReturned, data: { reservationId } };
    default:
      return assertNever(answer, 'answer');
  }
}
