import { Injectable } from '@nestjs/common';
import { assertNever } from '#libs/kernel/errors.js';
import { Outbox } from '#libs/messaging/outbox';
import { type Load, lock, type WorkingSet } from '#libs/persistence/unit-of-work';
import type { SagaBinding, SagaStarter } from '#libs/saga/runner';
import { cancellationOf, cancelled } from '../domain/cancellation.js';
import { confirmOrder, rejectOrder, type Order } from '../domain/order.js';
import { changeOrder } from '../persistence/change-order.js';
import { toOrder } from '../persistence/order.mapper.js';
import { orders } from '../persistence/order.row.js';
import { giveBackSagaId } from './saga-ids.js';
import type { OrderAct } from './order-act.js';
import { startCancelOrder } from './start-cancel-order.js';
import { startGiveBack } from './start-give-back.js';

/** How sagas reach the order: it is locked with its saga, changed by its own rules, and every change is told. */
@Injectable()
export class OrderBinding implements SagaBinding<OrderAct> {
  constructor(private readonly outbox: Outbox) {}

  load(orderId: string): readonly Load[] {
    return [lock(orders, orderId)];
  }

  apply(work: WorkingSet, orderId: string, act: OrderAct, sagas: SagaStarter<OrderAct>): void {
    // What was given back was nobody's: no order is changed by it, and there may be none.
    if (act.type === 'gave-back') return;
    if (act.type === 'give-back') {
      const { what } = act;
      startGiveBack(work, giveBackSagaId(what.id), { orderId, what }, sagas);
      return;
    }
    const before = toOrder(work.get(orders, orderId));
    const after = decided(before, act, work.now);
    changeOrder(work, this.outbox, before, after);
    const cancellation = act.type === 'confirm' ? cancellationOf(after) : null;
    // In the same unit: nobody ever sees a confirmed order, and ships it, that its customer has called off.
    if (cancellation) startCancelOrder(work, after, cancellation, sagas, this.outbox);
  }

  isCalledOff(work: WorkingSet, orderId: string): boolean {
    const status = work.find(orders, orderId)?.status;
    return status === 'CANCELLING' || status === 'CANCELLED';
  }
}

type ChangingAct = Exclude<OrderAct, { type: 'give-back' | 'gave-back' }>;

function decided(order: Order, act: ChangingAct, at: Date): Order {
  switch (act.type) {
    case 'confirm':
      return confirmOrder(order, act.payment, at);
    case 'reject':
      return rejectOrder(order, act.reason, act.payment, at);
    case 'cancel':
      return cancelled(order, act.paymentStatus, at);
    default:
      return assertNever(act, 'act of a saga');
  }
}
