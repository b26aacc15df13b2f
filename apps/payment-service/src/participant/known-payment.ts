import { read, type Unit } from '#libs/persistence/unit-of-work.js';
import type { Payment } from '../domain/payment.js';
import { toPayment } from '../persistence/payment.mapper.js';
import { payments } from '../persistence/payment.row.js';

/**
 * What is recorded of a payment, before the provider is asked. Our record comes first: a command that is repeated after
 * the provider has forgotten its key must not charge again.
 */
export const knownPayment = (id: string): Unit<Payment | undefined> => ({
  name: 'look-up-payment',
  priority: 'started',
  load: [read(payments, id)],
  decide: (work) => {
    const row = work.find(payments, id);
    return row && toPayment(row);
  },
});
