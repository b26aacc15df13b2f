import { read, type Unit } from '#libs/persistence/unit-of-work.js';
import { refuseOtherOrder, type Payment } from '../domain/payment.js';
import { toPayment } from '../persistence/payment.mapper.js';
import { payments } from '../persistence/payment.row.js';

/**
 * What is recorded of a payment, before the provider is asked. Our record comes first: a command that is repeated after
 * the provider has forgotten its key must not charge again.
 * @throws Defect (from `decide`) when it is of another order: the provider must not hear of that.
 */
export const knownPayment = (asked: Pick<Payment, 'id' | 'orderId'>): Unit<Payment | undefined> => ({
  name: 'look-up-payment',
  priority: 'started',
  load: [read(payments, asked.id)],
  decide: (work) => {
    const row = work.find(payments, asked.id);
    if (!row) return undefined;
    const payment = toPayment(row);
    refuseOtherOrder(payment, asked);
    return payment;
  },
});
