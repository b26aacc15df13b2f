import { Controller, Logger } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { ProductChanged } from '#libs/contracts/inventory/inventory.messages.js';
import type { Envelope } from '#libs/messaging/envelope';
import { counter } from '#libs/observability';
import { InjectUnitOfWorkRunner, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import { copyProduct } from './catalogue.unit.js';

/** The event of a change is as old as the change. One that is so much younger only repeats how things stand. */
const saidAgainMs = 60_000;

const repaired = counter({
  name: 'orders_catalogue_repaired_total',
  help: 'Products whose change was learned of when they were announced again: its own event had not come.',
});

/** Keeps our copy of the catalogue. The newest version wins, so that no inbox is needed. */
@Controller()
export class CatalogueConsumer {
  private readonly logger = new Logger('Catalogue');

  constructor(@InjectUnitOfWorkRunner() private readonly units: Pick<UnitOfWorkRunner, 'run'>) {}

  @EventPattern<string>(ProductChanged.type)
  async productChanged(@Payload() { time, data }: Envelope<ProductChanged>): Promise<void> {
    const outcome = await this.units.run(copyProduct(data));
    if (outcome === 'known' || Date.parse(time) - Date.parse(data.updatedAt) < saidAgainMs) return;
    repaired.inc();
    this.logger.warn('a product had changed, and its event is lost, or very late', {
      sku: data.sku,
      version: data.version,
    });
  }
}
