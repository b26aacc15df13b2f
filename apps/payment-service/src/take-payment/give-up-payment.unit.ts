import { lock, type UnitOfWork } from '#libs/persistence/unit-of-work';
import { giveUp, type AskedPayment, type Outcome } from '../domain/payment.js';
import { toPayment, toPaymentRow } from '../persistence/payment.mapper.js';
import { payments } from '../persistence/payment.row.js';

/** Records that no charge is to be made. No reply yet: that is for when its key is dead. */
export const giveUpPayment = (asked: AskedPayment, why: 'silence' | 'expiry'): UnitOfWork<Outcome> => ({
  name: 'give-up-payment',
  priority: 'started',
  load: [lock(payments, asked.id)],
  decide: (work) => {
    const row = work.find(payments, asked.id);
    const outcome = giveUp(row && toPayment(row), asked, why, work.now);
    if (!row) work.insert(payments, toPaymentRow(outcome.payment, null));
    return outcome;
  },
});
