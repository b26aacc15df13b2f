import type { TakePayment } from '#libs/contracts/payment/payment.messages.js';
import { Defect } from '#libs/kernel/errors.js';
import type { Envelope } from '#libs/messaging/envelope';
import type { Outbox } from '#libs/messaging/outbox';
import { lock, type UnitOfWork } from '#libs/persistence/unit-of-work';
import {
  take,
  takeAgain,
  type AskedPayment,
  type ChargeOutcome,
  type Outcome,
  type Payment,
} from '../domain/payment.js';
import { askedBy } from '../participant/asked-by.js';
import { recordOutcome } from '../participant/record-outcome.js';
import { toPayment } from '../persistence/payment.mapper.js';
import { payments } from '../persistence/payment.row.js';

/** @param charged null: the provider was not asked, as the payment is recorded already. */
export const takePayment = (
  command: Envelope<TakePayment>,
  asked: AskedPayment,
  charged: ChargeOutcome | null,
  outbox: Outbox,
): UnitOfWork<Outcome> => ({
  name: 'take-payment',
  priority: 'started',
  load: [lock(payments, asked.id)],
  decide: (work) => {
    const row = work.find(payments, asked.id);
    const known = row && toPayment(row);
    const outcome = charged
      ? take(known, asked, charged, work.now)
      : takeAgain(known ?? vanished(asked), asked);
    recordOutcome(work, outbox, outcome, askedBy(command));
    return outcome;
  },
});

function vanished({ id }: AskedPayment): Payment {
  throw new Defect(`payment ${id} was recorded, and is not there any more`);
}
