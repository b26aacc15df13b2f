import type { RefundPayment } from '#libs/contracts/payment/payment.messages.js';
import type { Money } from '#libs/kernel/money.js';
import type { Envelope } from '#libs/messaging/envelope';
import type { Outbox } from '#libs/messaging/outbox';
import { lock, type UnitOfWork } from '#libs/persistence/unit-of-work';
import { refund, type Outcome, type Payment } from '../domain/payment.js';
import { askedBy } from '../participant/asked-by.js';
import { recordOutcome } from '../participant/record-outcome.js';
import { toPayment } from '../persistence/payment.mapper.js';
import { payments } from '../persistence/payment.row.js';

export const refundPayment = (
  command: Envelope<RefundPayment>,
  asked: Pick<Payment, 'id' | 'orderId'>,
  givenBack: Money | null,
  outbox: Outbox,
): UnitOfWork<Outcome> => ({
  name: 'refund-payment',
  priority: 'started',
  load: [lock(payments, asked.id)],
  decide: (work) => {
    const row = work.find(payments, asked.id);
    const outcome = refund(row && toPayment(row), asked, givenBack, work.now);
    recordOutcome(work, outbox, outcome, askedBy(command));
    return outcome;
  },
});
