import { type Envelope, isExpired } from '#libs/messaging/envelope';
import { read, type UnitOfWork } from '#libs/persistence/unit-of-work';
import { refuseOtherOrder, type Payment } from '../domain/payment.js';
import { toPayment } from '../persistence/payment.mapper.js';
import { payments } from '../persistence/payment.row.js';

/** Where a command finds its payment. */
export interface Standing {
  /** Undefined: nothing is recorded. */
  readonly payment: Payment | undefined;
  /** It came too late to be begun. */
  readonly isExpired: boolean;
}

/**
 * What is recorded of a payment, before the provider is asked. Our record comes first: a command that is repeated after
 * the provider has forgotten its key must not charge again.
 * @throws Defect (from `decide`) when it is of another order: the provider must not hear of that.
 */
export const knownPayment = (
  command: Envelope,
  asked: Pick<Payment, 'id' | 'orderId'>,
): UnitOfWork<Standing> => ({
  name: 'look-up-payment',
  priority: 'started',
  load: [read(payments, asked.id)],
  decide: (work) => {
    const row = work.find(payments, asked.id);
    const payment = row && toPayment(row);
    if (payment) refuseOtherOrder(payment, asked);
    return { payment, isExpired: isExpired(command, work.now) };
  },
});
