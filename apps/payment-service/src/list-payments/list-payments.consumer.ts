import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { rangeOf } from '#libs/contracts/listing.js';
import {
  ChargesListed,
  ListCharges,
  ListPayments,
  PaymentsListed,
} from '#libs/contracts/payment/payment.messages.js';
import { moneyToJson, type Money } from '#libs/kernel/money.js';
import type { Envelope } from '#libs/messaging/envelope';
import { Outbox } from '#libs/messaging/outbox';
import { InjectUnitOfWorkRunner, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import { PAYMENT_PROVIDER, type LedgerEntry, type PaymentProvider } from '../provider/payment-provider.js';
import { PaymentPageReader } from './payment-page.reader.js';
import { tellPage } from './tell-page.unit.js';

/** Tells pages of either book: our own, and the provider's. Comparing them is left to whoever asks for both. */
@Controller()
export class ListPaymentsConsumer {
  constructor(
    @InjectUnitOfWorkRunner() private readonly units: UnitOfWorkRunner,
    private readonly outbox: Outbox,
    private readonly pages: PaymentPageReader,
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider,
  ) {}

  @EventPattern<string>(ListPayments.type)
  async listPayments(@Payload() request: Envelope<ListPayments>): Promise<void> {
    const page = await this.pages.page(request.data);
    await this.units.run(tellPage(request, PaymentsListed, page, this.outbox));
  }

  @EventPattern<string>(ListCharges.type)
  async listCharges(@Payload() request: Envelope<ListCharges>): Promise<void> {
    const { runId, page } = request.data;
    const { entries, next } = await this.provider.list(rangeOf(request.data));
    const told = { runId, page, items: entries.map(toItem), next };
    await this.units.run(tellPage(request, ChargesListed, told, this.outbox));
  }
}

const toItem = ({ captured, refunded, madeAt, ...same }: LedgerEntry): ChargesListed['items'][number] => ({
  ...same,
  captured: wire(captured),
  refunded: wire(refunded),
  madeAt: madeAt.toISOString(),
});

const wire = (amount: Money | null) => amount && moneyToJson(amount);
