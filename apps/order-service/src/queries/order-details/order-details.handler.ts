import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { OrderNotFound } from '../../domain/order-access.js';
import { nextStatuses } from '../../domain/order-status.js';
import { OrderFreshness } from '../order-view/order-freshness.js';
import { OrderDetails, type OrderDetailsAnswer } from './order-details.query.js';

@QueryHandler(OrderDetails)
export class OrderDetailsHandler implements IQueryHandler<OrderDetails> {
  constructor(private readonly orders: OrderFreshness) {}

  async execute({ caller, orderId, token }: OrderDetails): Promise<OrderDetailsAnswer> {
    const order = await this.orders.find(orderId, caller, token);
    if (!order) throw new OrderNotFound(orderId);
    return { ...order, nextStatuses: nextStatuses(order.status, { maySet: caller.isStaff }) };
  }
}
