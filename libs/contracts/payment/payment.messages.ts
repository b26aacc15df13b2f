import { z } from 'zod';
import { listingOf, listRequest, pageOf, pageTravels } from '../listing.js';
import { commandTo, defineMessage, replyTo, type DataOf } from '../message-type.js';
import { timestamp, uuid, wireMoney } from '../shapes.js';
import { queues } from '../topology.js';

/**
 * What payment-service is asked and what it answers. A payment is named by an id that the asking side chose; it is also
 * the provider's idempotency key, so that a payment whose outcome nobody heard of can be found and undone.
 */

const toPayment = commandTo(queues.paymentCommands);
const fromPayment = replyTo(queues.sagaReplies);

const paymentId = uuid.describe('Chosen by the asking side; names the payment for ever.');
const ofPayment = z.object({ paymentId });

export const TakePayment = defineMessage({
  ...toPayment,
  type: 'payment.take-payment.v1',
  summary: 'Charge the customer this amount, once.',
  schema: ofPayment.extend({
    customerId: z.string().min(1).max(64),
    amount: wireMoney,
    method: z.enum(['card']),
    token: z
      .string()
      .min(1)
      .max(255)
      .optional()
      .describe(
        'Of the payment provider; stands for the card. Absent: the means of payment that the provider keeps for the customer.',
      ),
  }),
});

export const RefundPayment = defineMessage({
  ...toPayment,
  type: 'payment.refund-payment.v1',
  summary:
    'Give back all that was taken. Nothing taken: agreed all the same, and a later take-payment is refused.',
  schema: ofPayment,
});

export const PaymentTaken = defineMessage({
  ...fromPayment,
  type: 'payment.payment-taken.v1',
  answers: [TakePayment],
  summary: 'The whole amount is captured.',
  schema: ofPayment.extend({ amount: wireMoney }),
});

/** Why a payment was not taken. */
export const declineCodes = ['declined', 'insufficient-funds', 'invalid-token', 'provider-timeout'] as const;

export const PaymentDeclined = defineMessage({
  ...fromPayment,
  type: 'payment.payment-declined.v1',
  answers: [TakePayment],
  summary: 'Nothing was taken and nothing will be.',
  schema: ofPayment.extend({
    code: z
      .enum(declineCodes)
      .describe('provider-timeout: the provider did not answer, was asked again, and holds no charge.'),
  }),
});

export const PaymentPending = defineMessage({
  ...fromPayment,
  type: 'payment.payment-pending.v1',
  answers: [TakePayment],
  summary: 'Accepted by the provider, not settled; payment-taken or payment-declined follows.',
  schema: ofPayment,
});

export const PaymentCancelled = defineMessage({
  ...fromPayment,
  type: 'payment.payment-cancelled.v1',
  answers: [TakePayment],
  summary:
    'The payment had been refunded before it was asked for, or its command had expired; nothing is taken, now and for ever.',
  schema: ofPayment,
});

export const PaymentRefunded = defineMessage({
  ...fromPayment,
  type: 'payment.payment-refunded.v1',
  answers: [RefundPayment],
  summary: 'Nothing of this payment is kept, now and for ever.',
  schema: ofPayment.extend({
    amount: wireMoney.nullable().describe('What was given back; null when nothing had been taken.'),
  }),
});

const orderId = z.string().min(1).max(255).describe('The subject of the command that asked for it.');

const askForPage = listingOf(queues.paymentCommands);

export const ListPayments = defineMessage({
  ...askForPage,
  type: 'payment.list-payments.v1',
  summary: 'Tell a page of all payments by your own book. Changes nothing.',
  schema: listRequest,
});

/** How a payment can stand. */
export const paymentStatuses = ['TAKEN', 'DECLINED', 'PENDING', 'REFUNDED', 'CANCELLED'] as const;

export const PaymentsListed = defineMessage({
  ...pageTravels,
  type: 'payment.payments-listed.v1',
  answers: [ListPayments],
  summary: 'A page of what payment-service has recorded of payments, as they stand now.',
  schema: pageOf(
    ofPayment.extend({
      orderId,
      status: z.enum(paymentStatuses).describe('By this book money is kept of TAKEN only.'),
      amount: wireMoney.nullable().describe('What was asked for; null where that was never heard of.'),
      madeAt: timestamp,
      changedAt: timestamp,
    }),
  ),
});

export const ListCharges = defineMessage({
  ...askForPage,
  type: 'payment.list-charges.v1',
  summary:
    "Tell a page of all charges by the payment provider's ledger, those that you know nothing of included. Changes nothing.",
  schema: listRequest,
});

export const ChargesListed = defineMessage({
  ...pageTravels,
  type: 'payment.charges-listed.v1',
  answers: [ListCharges],
  summary: "A page of the provider's ledger, as it stands now. What is kept is captured less refunded.",
  schema: pageOf(
    z.object({
      key: z.string().min(1).max(255).describe("The payment's id, where a payment was charged with it."),
      orderId: orderId.nullable().describe('As the provider was told; null: it was not.'),
      captured: wireMoney.nullable().describe('All that was taken with this key; null: nothing.'),
      refunded: wireMoney.nullable().describe('All that was given back; null: nothing.'),
      pending: z.boolean().describe('Accepted and not settled: it may be captured yet.'),
      madeAt: timestamp,
    }),
  ),
});

export type ListPayments = DataOf<typeof ListPayments>;
export type PaymentsListed = DataOf<typeof PaymentsListed>;
export type ListCharges = DataOf<typeof ListCharges>;
export type ChargesListed = DataOf<typeof ChargesListed>;
export type TakePayment = DataOf<typeof TakePayment>;
export type RefundPayment = DataOf<typeof RefundPayment>;
export type PaymentTaken = DataOf<typeof PaymentTaken>;
export type PaymentDeclined = DataOf<typeof PaymentDeclined>;
export type PaymentPending = DataOf<typeof PaymentPending>;
export type PaymentCancelled = DataOf<typeof PaymentCancelled>;
export type PaymentRefunded = DataOf<typeof PaymentRefunded>;
