import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { orderEvents, type OrderEventData } from '#libs/contracts/order/order.messages.js';
import type { Envelope } from '#libs/messaging/envelope';
import { InjectUnitOfWorkRunner, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import { anyWriter } from './order-status-share.row.js';
import { OrderWatch } from './order-watch.js';
import { ProjectionLag } from './projection-lag.js';
import { showOrder } from './order-view.unit.js';

/** Feeds the order view. Every event carries the whole order, so that all of them mean the same here. */
@Controller()
export class OrderViewProjector {
  private readonly writer = anyWriter();

  constructor(
    @InjectUnitOfWorkRunner('read') private readonly units: UnitOfWorkRunner,
    private readonly lag: ProjectionLag,
    private readonly watch: OrderWatch,
  ) {}

  @EventPattern<string[]>(orderEvents.map(({ type }) => type))
  async orderChanged(@Payload() message: Envelope<OrderEventData>): Promise<void> {
    const { order } = message.data;
    await this.units.run(showOrder(order, this.writer));
    this.watch.tell(order);
    this.lag.observe(message.time);
  }
}
