import {
  PaymentDeclined,
  PaymentTaken,
  type PaymentTaken as Taken,
} from '#libs/contracts/payment/payment.messages.js';
import type { Outbox } from '#libs/messaging/outbox/outbox.js';
import type { OutgoingMessage } from '#libs/messaging/outbox/outgoing-message.js';
import type { WorkingSet } from '#libs/persistence/unit-of-work/unit-of-work.js';
import type { World } from '../world/simulation-world.js';
import type { Untruths } from '../world/untruths.js';

/** A payment-service that has taken the money, and says now and then that it has not. */
export const untruthful = (outbox: Outbox, { faults }: World, untruths: Untruths): Outbox => {
  const publish = (work: WorkingSet, outgoing: OutgoingMessage): string => {
    if (outgoing.message.type !== PaymentTaken.type || !faults.strikes('participant-lies')) {
      return outbox.publish(work, outgoing);
    }
    const { paymentId } = outgoing.data as Taken;
    const data = { paymentId, code: 'declined' as const };
    const id = outbox.publish(work, { ...outgoing, message: PaymentDeclined, data });
    untruths.messages.add(id);
    untruths.payments.add(paymentId);
    return id;
  };
  return { publish } as Outbox;
};
