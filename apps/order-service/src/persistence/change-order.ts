import {
  OrderCancelled,
  OrderConfirmed,
  OrderDelivered,
  OrderRejected,
  OrderShipped,
  OrderUpdated,
} from '#libs/contracts/order/order.messages.js';
import type { Outbox } from '#libs/messaging/outbox';
import type { WorkingSet } from '#libs/persistence/unit-of-work';
import type { Order } from '../domain/order.js';
import type { OrderStatus } from '../domain/order-status.js';
import { toDocument } from './order-document.js';
import { toRow } from './order.mapper.js';
import { orders } from './order.row.js';

/**
 * Stores what an order has become, and tells of it: each version has its event, so that listeners see no gap, even where
 * one unit takes an order two versions on.
 */
export function changeOrder(
  work: WorkingSet,
  outbox: Pick<Outbox, 'publish'>,
  before: Order,
  after: Order,
): void {
  work.update(orders, toRow(after));
  outbox.publish(work, {
    message: eventOf(before, after),
    subject: after.id,
    sequence: after.version,
    data: { order: toDocument(after), previousStatus: before.status },
  });
}

const events = {
  CONFIRMED: OrderConfirmed,
  REJECTED: OrderRejected,
  CANCELLED: OrderCancelled,
  SHIPPED: OrderShipped,
  DELIVERED: OrderDelivered,
} as const;

const hasEvent = (status: OrderStatus): status is keyof typeof events => status in events;

const eventOf = (before: Order, { status }: Order) =>
  status !== before.status && hasEvent(status) ? events[status] : OrderUpdated;
