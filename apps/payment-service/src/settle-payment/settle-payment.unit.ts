import { Defect } from '#libs/kernel/errors.js';
import type { Outbox } from '#libs/messaging/outbox';
import { lock, type UnitOfWork } from '#libs/persistence/unit-of-work';
import { nextLook, settle, type ChargeOutcome, type Outcome } from '../domain/payment.js';
import { recordOutcome } from '../participant/record-outcome.js';
import { toPayment } from '../persistence/payment.mapper.js';
import { payments, type AskedBy } from '../persistence/payment.row.js';

/**
 * Records how a pending payment's charge stands, and answers the command that asked for it once that is known. Null: it
 * goes on being pending, or somebody else was faster.
 *
 * @param standing undefined when the provider could not be asked.
 */
export const settlePayment = (
  paymentId: string,
  standing: ChargeOutcome | undefined,
  outbox: Outbox,
): UnitOfWork<Outcome | null> => ({
  name: 'settle-payment',
  priority: 'started',
  load: [lock(payments, paymentId)],
  decide: (work) => {
    const row = work.get(payments, paymentId);
    if (row.status !== 'PENDING') return null;
    const payment = toPayment(row);
    const outcome = standing ? settle(payment, standing, work.now) : null;
    if (outcome) recordOutcome(work, outbox, outcome, row.askedBy ?? nobody(paymentId));
    else work.update(payments, { ...row, nextLookAt: nextLook(payment, work.now) });
    return outcome;
  },
});

function nobody(paymentId: string): AskedBy {
  throw new Defect(`pending payment ${paymentId} does not say who is to hear of its settlement`);
}
