import {
  PaymentCancelled,
  PaymentDeclined,
  PaymentPending,
  PaymentRefunded,
  PaymentTaken,
  RefundPayment,
  TakePayment,
} from '#libs/contracts/payment/payment.messages.js';
import { participantCommand } from '#libs/saga/definition';

/** What sagas ask of payment-service, and every answer it may get. */

export const takePayment = participantCommand({
  message: TakePayment,
  replies: { PaymentTaken, PaymentDeclined, PaymentPending, PaymentCancelled },
});

export const refundPayment = participantCommand({
  message: RefundPayment,
  replies: { PaymentRefunded },
});
