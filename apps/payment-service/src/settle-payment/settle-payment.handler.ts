import { Inject, Injectable, Logger } from '@nestjs/common';
import { Outbox } from '#libs/messaging/outbox';
import { InjectUnitOfWorkRunner, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import type { ChargeOutcome } from '../domain/payment.js';
import { countOutcome } from '../participant/payment-metrics.js';
import { PAYMENT_PROVIDER, type PaymentProvider } from '../provider/payment-provider.js';
import { settlePayment } from './settle-payment.unit.js';

/** Asks the provider how a pending charge stands, and tells the saga once that is known. */
@Injectable()
export class SettlePaymentHandler {
  readonly #logger = new Logger('SettlePayment');

  constructor(
    @InjectUnitOfWorkRunner() private readonly units: UnitOfWorkRunner,
    private readonly outbox: Outbox,
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider,
  ) {}

  async handle(paymentId: string): Promise<void> {
    const standing = await this.look(paymentId);
    const outcome = await this.units.run(settlePayment(paymentId, standing, this.outbox));
    if (outcome) countOutcome(outcome);
  }

  /** Undefined when that cannot be told for now: the payment has its next look later, and does not hold up others. */
  private async look(paymentId: string): Promise<ChargeOutcome | undefined> {
    try {
      const standing = await this.provider.find(paymentId);
      if (!standing)
        this.#logger.error('the provider knows nothing of a charge that it called pending', { paymentId });
      return standing;
    } catch (error) {
      this.#logger.warn('the provider cannot be asked about a pending charge for now', error, { paymentId });
      return undefined;
    }
  }
}
