import { Inject, Injectable, Logger } from '@nestjs/common';
import type { TakePayment } from '#libs/contracts/payment/payment.messages.js';
import { parseAmount } from '#libs/kernel/money.js';
import type { Envelope } from '#libs/messaging/envelope';
import { hasToBeKilled, type AskedPayment, type ChargeOutcome } from '../domain/payment.js';
import { Participant } from '../participant/participant.js';
import { PAYMENT_PROVIDER, ProviderTimeout, type PaymentProvider } from '../provider/payment-provider.js';
import { giveUpPayment } from './give-up-payment.unit.js';
import { takePayment } from './take-payment.unit.js';

/**
 * The provider first, the record after it: the command in hand, unacknowledged, is what makes us come back after a
 * crash in between, and the key makes the provider charge once however often we do.
 */
@Injectable()
export class TakePaymentHandler {
  readonly #logger = new Logger('TakePayment');

  constructor(
    private readonly participant: Participant,
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider,
  ) {}

  /** @throws Fault when the provider is away: nothing is recorded, and trying again is safe. */
  async handle(command: Envelope<TakePayment>): Promise<void> {
    const asked = askedIn(command);
    const { payment, isExpired } = await this.participant.standing(command, asked);
    let recorded = payment;
    let charged: ChargeOutcome | null = null;
    if (!recorded) {
      // Too late to be begun, it may have been begun in time and not recorded.
      charged = isExpired ? await this.find(asked.id) : await this.charge(asked, command.data.token);
      if (!charged) {
        recorded = await this.participant.decide(giveUpPayment(asked, isExpired ? 'expiry' : 'silence'));
      }
    }
    if (recorded && hasToBeKilled(recorded)) {
      await this.provider.refund({ key: asked.id, orderId: asked.orderId });
    }
    await this.participant.conclude(command, (outbox) => takePayment(command, asked, charged, outbox));
  }

  /** How the charge came out; null when the provider neither answers nor holds one. */
  private async charge(
    { id: key, orderId, customerId, amount }: AskedPayment,
    token: string | undefined,
  ): Promise<ChargeOutcome | null> {
    try {
      return await this.provider.charge({ key, orderId, customerId, amount, token });
    } catch (error) {
      if (!(error instanceof ProviderTimeout)) throw error;
      const found = await this.find(key);
      this.#logger.warn('the provider did not answer, and was asked what it holds', {
        paymentId: key,
        outcome: found?.kind ?? 'nothing',
      });
      return found;
    }
  }

  private async find(key: string): Promise<ChargeOutcome | null> {
    return (await this.provider.find(key)) ?? null;
  }
}

const askedIn = ({ subject, data }: Envelope<TakePayment>): AskedPayment => ({
  id: data.paymentId,
  orderId: subject,
  customerId: data.customerId,
  amount: parseAmount(data.amount.amount, data.amount.currency),
});
