import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { newId } from '#libs/kernel/ids.js';
import { Outbox } from '#libs/messaging/outbox';
import { InjectUnitOfWorkRunner, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import { createProductUnit } from '../products/create-product.unit.js';
import { ProductExists } from '../products/product.errors.js';
import { demoCatalogue, type DemoProduct } from './demo-catalogue.js';

/** Creates what is missing of the demo catalogue, the way anybody creates products, so that others hear of it. */
@Injectable()
export class SeedDemo implements OnApplicationBootstrap {
  private readonly logger = new Logger(SeedDemo.name);

  constructor(
    @InjectUnitOfWorkRunner() private readonly units: UnitOfWorkRunner,
    private readonly outbox: Outbox,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const created = await Promise.all(demoCatalogue.map((entry) => this.create(entry)));
    this.logger.log('demo catalogue is there', { count: created.filter(Boolean).length });
  }

  /** Whether it was missing. */
  private async create({ product, available }: DemoProduct): Promise<boolean> {
    try {
      const command = { product, available, adjustmentId: newId(), by: 'demo-catalogue' };
      await this.units.run(createProductUnit(command, this.outbox));
      return true;
    } catch (error) {
      if (error instanceof ProductExists) return false;
      throw error;
    }
  }
}
