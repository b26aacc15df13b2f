import { Injectable } from '@nestjs/common';
import { OrderConfirmed, OrderRejected, type OrderEventData } from '#libs/contracts/order/order.messages.js';
import type { MessageType } from '#libs/contracts/message-type.js';
import { assertNever } from '#libs/kernel/errors.js';
import { Outbox } from '#libs/messaging/outbox.js';
import { lock, type Load, type Work } from '#libs/persistence/unit-of-work.js';
import type { SagaBinding } from '#libs/saga/saga-binding.js';
import { confirmOrder, rejectOrder, type Order } from '../domain/order.js';
import { toDocument } from '../persistence/order-document.js';
import { toOrder, toRow } from '../persistence/order.mapper.js';
import { orders } from '../persistence/order.row.js';
import type { OrderAct } from './order-act.js';

/** How sagas reach the order: it is locked with its saga, changed by its own rules, and every change is told. */
@Injectable()
export class OrderBinding implements SagaBinding<OrderAct> {
  constructor(private readonly outbox: Outbox) {}

  load(orderId: string): readonly Load[] {
    return [lock(orders, orderId)];
  }

  apply(work: Work, orderId: string, act: OrderAct): void {
    const before = toOrder(work.get(orders, orderId));
    const [order, event] = decided(before, act, work.now);
    work.update(orders, toRow(order));
    this.outbox.publish(work, {
      message: event,
      subject: orderId,
      sequence: order.version,
      data: { order: toDocument(order) },
    });
  }
}

function decided(order: Order, act: OrderAct, at: Date): [Order, MessageType<string, OrderEventData>] {
  switch (act.type) {
    case 'confirm':
      return [confirmOrder(order, act.payment, at), OrderConfirmed];
    case 'reject':
      return [rejectOrder(order, act.reason, act.payment, at), OrderRejected];
    default:
      return assertNever(act, 'act of a saga');
  }
}
