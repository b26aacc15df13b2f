import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { ListReservations } from '#libs/contracts/inventory/inventory.messages.js';
import type { Envelope } from '#libs/messaging/envelope';
import { Outbox } from '#libs/messaging/outbox';
import { InjectUnitOfWorkRunner, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import { listReservations } from './list-reservations.unit.js';
import { ReservationPageReader } from './reservation-page.reader.js';

/** Tells pages of reservations, for reconciliation. */
@Controller()
export class ListReservationsConsumer {
  constructor(
    @InjectUnitOfWorkRunner() private readonly units: UnitOfWorkRunner,
    private readonly outbox: Outbox,
    private readonly pages: ReservationPageReader,
  ) {}

  @EventPattern<string>(ListReservations.type)
  async listReservations(@Payload() request: Envelope<ListReservations>): Promise<void> {
    const page = await this.pages.page(request.data);
    await this.units.run(listReservations(request, page, this.outbox));
  }
}
