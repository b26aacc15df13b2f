import { Inject, Injectable } from '@nestjs/common';
import type { RefundPayment } from '#libs/contracts/payment/payment.messages.js';
import type { Envelope } from '#libs/messaging/envelope';
import { isUndone } from '../domain/payment.js';
import { Participant } from '../participant/participant.js';
import { PAYMENT_PROVIDER, type PaymentProvider } from '../provider/payment-provider.js';
import { refundPayment } from './refund-payment.unit.js';

/**
 * The provider first, here too: once it has killed the key, a charge that is under way or comes late is refused, so that
 * "nothing of this payment is kept" is true before it is said.
 */
@Injectable()
export class RefundPaymentHandler {
  constructor(
    private readonly participant: Participant,
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider,
  ) {}

  /** @throws Fault when the provider is away: nothing is recorded, and trying again is safe. */
  async handle(command: Envelope<RefundPayment>): Promise<void> {
    const asked = { id: command.data.paymentId, orderId: command.subject };
    const { payment } = await this.participant.standing(command, asked);
    const undone = payment !== undefined && isUndone(payment);
    const givenBack = undone ? null : await this.provider.refund({ key: asked.id, orderId: asked.orderId });
    await this.participant.conclude(command, (outbox) => refundPayment(command, asked, givenBack, outbox));
  }
}
