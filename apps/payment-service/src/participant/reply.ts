import {
  PaymentCancelled,
  PaymentDeclined,
  PaymentPending,
  PaymentRefunded,
  PaymentTaken,
} from '#libs/contracts/payment/payment.messages.js';
import { assertNever, Defect } from '#libs/kernel/errors.js';
import { moneyToJson, type Money } from '#libs/kernel/money.js';
import type { OutgoingMessage } from '#libs/messaging/outbox';
import { amountRefunded, type Outcome } from '../domain/payment.js';
import type { AskedBy } from '../persistence/payment.row.js';

/** The message that tells whoever asked what it came to. */
export const replyOf = (outcome: Outcome, { messageId, sagaId, commandId }: AskedBy): OutgoingMessage => ({
  ...contentOf(outcome),
  subject: outcome.payment.orderId,
  sagaId: sagaId ?? undefined,
  commandId: commandId ?? undefined,
  causationId: messageId,
});

function contentOf({ answer, payment }: Outcome): Pick<OutgoingMessage, 'message' | 'data'> {
  const paymentId = payment.id;
  switch (answer) {
    case 'taken':
      return { message: PaymentTaken, data: { paymentId, amount: moneyToJson(amountTaken(payment)) } };
    case 'declined':
      return { message: PaymentDeclined, data: { paymentId, code: payment.declineCode } };
    case 'pending':
      return { message: PaymentPending, data: { paymentId } };
    case 'cancelled':
      return { message: PaymentCancelled, data: { paymentId } };
    case 'refunded': {
      const amount = amountRefunded(payment);
      return { message: PaymentRefunded, data: { paymentId, amount: amount && moneyToJson(amount) } };
    }
    default:
      return assertNever(answer, 'answer');
  }
}

function amountTaken({ id, amount }: Outcome['payment']): Money {
  if (!amount) throw new Defect(`payment ${id} is taken without an amount`);
  return amount;
}
