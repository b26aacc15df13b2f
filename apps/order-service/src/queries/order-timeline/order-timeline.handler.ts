import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { OrderNotFound } from '../../domain/order-access.js';
import { OrderFreshness } from '../order-view/order-freshness.js';
import { byTime } from '../../sagas/by-time.js';
import { SagaLogReader } from '../../sagas/saga-log.reader.js';
import { requestEntries } from './request-entries.js';
import { OrderTimeline, type OrderTimelineAnswer } from './order-timeline.query.js';

@QueryHandler(OrderTimeline)
export class OrderTimelineHandler implements IQueryHandler<OrderTimeline> {
  constructor(
    private readonly orders: OrderFreshness,
    private readonly sagas: SagaLogReader,
  ) {}

  async execute({ caller, orderId }: OrderTimeline): Promise<OrderTimelineAnswer> {
    const order = await this.orders.find(orderId, caller, null);
    if (!order) throw new OrderNotFound(orderId);
    const entries = await this.sagas.timelineOf(orderId);
    return {
      // A request stands before what sagas did about it in the same moment. What operators say to each other is not for
      // the customer.
      items: [...requestEntries(order), ...entries]
        .sort(byTime)
        .map(({ at, kind, step, attempt, messageId, text }) => ({
          at,
          kind,
          step,
          attempt,
          messageId,
          text: (caller.isStaff ? undefined : forCustomers[kind]) ?? text,
        })),
    };
  }
}

/** What customers read in place of details that are for operators. */
const forCustomers: Readonly<Record<string, string | undefined>> = {
  operator: 'An operator saw to it.',
  'needs-attention': 'This takes longer than it should. Somebody will look at it.',
};
