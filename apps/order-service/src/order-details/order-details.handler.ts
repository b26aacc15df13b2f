import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { maySeeCustomer, OrderNotFound } from '../access/order-access.js';
import { OrderFreshness } from '../order-view/order-freshness.js';
import { OrderDetails } from './order-details.query.js';

@QueryHandler(OrderDetails)
export class OrderDetailsHandler implements IQueryHandler<OrderDetails> {
  constructor(private readonly orders: OrderFreshness) {}

  async execute({ caller, orderId, token }: OrderDetails): Promise<OrderDocument> {
    const order = await this.orders.find(orderId, token);
    if (!order || !maySeeCustomer(caller, order.customerId)) throw new OrderNotFound(orderId);
    return order;
  }
}
