import { Refusal } from '#libs/kernel/errors.js';

export class PaymentNotFound extends Refusal {
  constructor(paymentId: string) {
    super('payment-not-found', `there is no payment ${paymentId}`, { paymentId });
  }
}
