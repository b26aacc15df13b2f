import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { ProductChanged } from '#libs/contracts/inventory/inventory.messages.js';
import type { Envelope } from '#libs/messaging/envelope.js';
import { InjectUnitOfWork } from '#libs/persistence/persistence.module.js';
import type { UnitOfWork } from '#libs/persistence/unit-of-work.js';
import { copyProduct } from './catalogue.unit.js';

/** Keeps our copy of the catalogue. Newest version wins, so that no inbox is needed. */
@Controller()
export class CatalogueConsumer {
  constructor(@InjectUnitOfWork() private readonly units: UnitOfWork) {}

  @EventPattern<string>(ProductChanged.type)
  async productChanged(@Payload() message: Envelope<ProductChanged>): Promise<void> {
    await this.units.run(copyProduct(message.data));
  }
}
