import { z } from 'zod';
import { defineMessage, type DataOf } from '../message-type.js';
import { uuid, wireMoney } from '../shapes.js';
import { exchanges, queues } from '../topology.js';

/**
 * What payment-service is asked and what it answers. A payment is named by an id that the asking side chose; it is also
 * the provider's idempotency key, so that a payment whose outcome nobody heard of can be found and undone.
 */

const toPayment = {
  kind: 'command',
  exchange: exchanges.commands,
  routingKey: queues.paymentCommands.name,
} as const;
const fromPayment = {
  kind: 'reply',
  exchange: exchanges.replies,
  routingKey: queues.sagaReplies.name,
} as const;

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
  summary: 'The payment had been refunded before it was asked for; nothing is taken.',
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

export type TakePayment = DataOf<typeof TakePayment>;
export type RefundPayment = DataOf<typeof RefundPayment>;
export type PaymentTaken = DataOf<typeof PaymentTaken>;
export type PaymentDeclined = DataOf<typeof PaymentDeclined>;
export type PaymentPending = DataOf<typeof PaymentPending>;
export type PaymentCancelled = DataOf<typeof PaymentCancelled>;
export type PaymentRefunded = DataOf<typeof PaymentRefunded>;
