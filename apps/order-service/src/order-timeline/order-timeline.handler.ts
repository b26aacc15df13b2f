import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { maySeeCustomer, OrderNotFound } from '../access/order-access.js';
import { OrderFreshness } from '../order-view/order-freshness.js';
import { SagaLogReader } from '../saga-log/saga-log.reader.js';
import { OrderTimeline, type OrderTimelineAnswer } from './order-timeline.query.js';

@QueryHandler(OrderTimeline)
export class OrderTimelineHandler implements IQueryHandler<OrderTimeline> {
  constructor(
    private readonly orders: OrderFreshness,
    private readonly sagas: SagaLogReader,
  ) {}

  async execute({ caller, orderId }: OrderTimeline): Promise<OrderTimelineAnswer> {
    const order = await this.orders.find(orderId, null);
    if (!order || !maySeeCustomer(caller, order.customerId)) throw new OrderNotFound(orderId);
    const entries = await this.sagas.timeline(orderId);
    return {
      // What operators say to each other is not for the customer.
      items: entries.map(({ at, kind, step, attempt, messageId, text }) => ({
        at,
        kind,
        step,
        attempt,
        messageId,
        text: kind === 'operator' && !caller.isStaff ? 'An operator saw to it.' : text,
      })),
    };
  }
}
