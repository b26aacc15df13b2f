import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { OrderNotFound } from '../../domain/order-access.js';
import { OrderFreshness } from '../order-view/order-freshness.js';
import { SagaLogReader } from '../../sagas/saga-log.reader.js';
import { OrderStatusQuery, type OrderStatusAnswer } from './order-status.query.js';

@QueryHandler(OrderStatusQuery)
export class OrderStatusHandler implements IQueryHandler<OrderStatusQuery> {
  constructor(
    private readonly orders: OrderFreshness,
    private readonly sagas: SagaLogReader,
  ) {}

  async execute({ caller, orderId, token }: OrderStatusQuery): Promise<OrderStatusAnswer> {
    const order = await this.orders.find(orderId, caller, token);
    if (!order) throw new OrderNotFound(orderId);
    const { status, reason, version, updatedAt } = order;
    const step = await this.sagas.stepOf(orderId, status);
    return { orderId, status, reason, step, version, updatedAt };
  }
}
