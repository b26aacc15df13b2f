import {
  declineCodes,
  PaymentDeclined,
  PaymentRefunded,
  PaymentTaken,
} from '#libs/contracts/payment/payment.messages.js';
import type { Envelope } from '#libs/messaging/envelope';
import { counter } from '#libs/observability';

const results: Readonly<Record<string, string>> = {
  [PaymentTaken.type]: 'taken',
  [PaymentDeclined.type]: 'declined',
  [PaymentRefunded.type]: 'refunded',
};

const payments = counter({
  name: 'orders_payment_results_total',
  help: 'What payment-service answered and a saga acted on; reason is the code of a declined payment.',
  labels: ['result', 'reason'],
});
for (const result of Object.values(results)) {
  for (const reason of result === 'declined' ? declineCodes : ['']) {
    payments.inc({ result, reason }, 0);
  }
}

/** Counts an answer that a saga took; any other message is none of its business. */
export function countPayment({ type, data }: Envelope): void {
  const result = results[type];
  if (result === undefined) return;
  payments.inc({ result, reason: result === 'declined' ? (data as PaymentDeclined).code : '' });
}
