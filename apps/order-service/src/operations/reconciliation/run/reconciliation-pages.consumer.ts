import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { ReservationsListed } from '#libs/contracts/inventory/inventory.messages.js';
import { ChargesListed, PaymentsListed } from '#libs/contracts/payment/payment.messages.js';
import { isId } from '#libs/kernel/ids.js';
import type { Envelope } from '#libs/messaging/envelope';
import { Outbox } from '#libs/messaging/outbox';
import { InjectUnitOfWorkRunner, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import { chargeItemId } from '../reconciliation-item.row.js';
import { keptOf, moneyOf } from './kept-of.js';
import { takePage, type ListedPage } from './take-page.unit.js';

/** Takes in what participants list. In a queue of its own, so that a reconciliation never holds up a saga. */
@Controller()
export class ReconciliationPagesConsumer {
  constructor(
    @InjectUnitOfWorkRunner() private readonly units: UnitOfWorkRunner,
    private readonly outbox: Outbox,
  ) {}

  @EventPattern<string>(ReservationsListed.type)
  async reservationsListed(@Payload() { data }: Envelope<ReservationsListed>): Promise<void> {
    const items = data.items.map(({ reservationId, orderId, status, pieces }) => ({
      itemId: reservationId,
      orderId: idOrNull(orderId),
      content: { reservation: { reservationId, orderId, status, pieces } },
    }));
    await this.take({ ...data, of: 'reservations', items });
  }

  @EventPattern<string>(PaymentsListed.type)
  async paymentsListed(@Payload() { data }: Envelope<PaymentsListed>): Promise<void> {
    const items = data.items.map(({ paymentId, orderId, status, amount }) => ({
      itemId: paymentId,
      orderId: idOrNull(orderId),
      content: { payment: { paymentId, orderId, recorded: status, asked: amount && moneyOf(amount) } },
    }));
    await this.take({ ...data, of: 'payments', items });
  }

  @EventPattern<string>(ChargesListed.type)
  async chargesListed(@Payload() { data }: Envelope<ChargesListed>): Promise<void> {
    const items = data.items.map((charge) => ({
      itemId: chargeItemId(charge.key),
      orderId: idOrNull(charge.orderId),
      content: {
        charge: {
          paymentId: charge.key,
          orderId: charge.orderId,
          kept: keptOf(charge),
          pending: charge.pending,
        },
      },
    }));
    await this.take({ ...data, of: 'charges', items });
  }

  private async take(page: ListedPage): Promise<void> {
    await this.units.run(takePage(page, this.outbox));
  }
}

/** What is no id of ours names no order of ours. */
const idOrNull = (orderId: string | null): string | null =>
  orderId !== null && isId(orderId) ? orderId.toLowerCase() : null;
