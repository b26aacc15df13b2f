import { lock, type Unit } from '#libs/persistence/unit-of-work.js';
import { giveUp, type AskedPayment, type Payment } from '../domain/payment.js';
import { toPayment, toPaymentRow } from '../persistence/payment.mapper.js';
import { payments } from '../persistence/payment.row.js';

/** Declines a payment that the provider keeps silent about, unless a duplicate has recorded it meanwhile. */
export const giveUpPayment = (asked: AskedPayment): Unit<Payment> => ({
  name: 'give-up-payment',
  priority: 'started',
  load: [lock(payments, asked.id)],
  decide: (work) => {
    const row = work.find(payments, asked.id);
    if (row) return toPayment(row);
    const payment = giveUp(asked, work.now);
    work.insert(payments, toPaymentRow(payment, null));
    return payment;
  },
});
