import { Injectable } from '@nestjs/common';
import { newId } from '#libs/kernel/ids.js';
import { moneyToJson } from '#libs/kernel/money.js';
import type { WorkingSet } from '#libs/persistence/unit-of-work';
import { SagaRunner } from '#libs/saga/runner';
import { quantitiesByProduct } from '../domain/order-line.js';
import type { Order } from '../domain/order.js';
import { placeOrderSaga } from './place-order.saga.js';
import { placeOrderSagaId } from './saga-ids.js';
import type { OrderAct } from './order-act.js';

/** Begins the saga of an order, in the unit that accepts it. */
@Injectable()
export class PlaceOrderStarter {
  constructor(private readonly sagas: SagaRunner<OrderAct>) {}

  /** @param token of the payment provider; null: what it keeps for the customer. */
  start(work: WorkingSet, order: Order, token: string | null): void {
    this.sagas.start(work, placeOrderSaga, {
      id: placeOrderSagaId(order.id),
      subject: order.id,
      data: {
        orderId: order.id,
        customerId: order.customerId,
        reservationId: newId(),
        paymentId: newId(),
        lines: quantitiesByProduct(order.lines),
        total: moneyToJson(order.total),
        payment: { method: order.payment.method, token },
        paymentStatus: 'PENDING',
      },
    });
  }
}
