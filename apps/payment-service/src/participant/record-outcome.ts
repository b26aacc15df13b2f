import type { Outbox } from '#libs/messaging/outbox';
import type { WorkingSet } from '#libs/persistence/unit-of-work';
import type { Outcome } from '../domain/payment.js';
import { toPaymentRow } from '../persistence/payment.mapper.js';
import { payments, type AskedBy } from '../persistence/payment.row.js';
import { replyOf } from './reply.js';

/** Writes what it came to, and answers: also when it was answered before, as the first answer may be lost. */
export function recordOutcome(work: WorkingSet, outbox: Outbox, outcome: Outcome, asked: AskedBy): void {
  const { effect, payment } = outcome;
  if (effect === 'made') work.insert(payments, toPaymentRow(payment, asked));
  if (effect === 'changed')
    work.update(payments, toPaymentRow(payment, work.get(payments, payment.id).askedBy));
  outbox.publish(work, replyOf(outcome, asked));
}
