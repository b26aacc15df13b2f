import type { Caller } from '#libs/kernel/caller.js';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { assertNever } from '#libs/kernel/errors.js';
import type { Outbox } from '#libs/messaging/outbox';
import { lock, type UnitOfWork } from '#libs/persistence/unit-of-work';
import { orderForChange, type ExpectedVersions } from '../order-for-change.js';
import { deliver, outForDelivery, prepare, ship } from '../../domain/delivery.js';
import type { Order, OrderRequest } from '../../domain/order.js';
import { mayBecome, settableStatuses } from '../../domain/order-status.js';
import { TransitionRefused } from '../../domain/order.errors.js';
import { changeOrder } from '../../persistence/change-order.js';
import { toDocument } from '../../persistence/order-document.js';
import { orders } from '../../persistence/order.row.js';
import type { StatusChange } from './change-order-status.command.js';

export interface OrderStatusChange {
  readonly caller: Caller;
  readonly orderId: string;
  readonly change: StatusChange;
  readonly expectedVersions: ExpectedVersions;
}

/** Takes an order one status on, where the table of transitions has it. Asked for the status that it has, it stays as it is. */
export const changeOrderStatus = (
  { caller, orderId, change, expectedVersions }: OrderStatusChange,
  outbox: Pick<Outbox, 'publish'>,
): UnitOfWork<OrderDocument> => ({
  name: 'change-order-status',
  load: [lock(orders, orderId)],
  decide: (work) => {
    const order = orderForChange(work, caller, orderId, expectedVersions);
    if (isSo(order, change)) return toDocument(order);
    if (!mayBecome(order.status, change.status)) {
      const legal = settableStatuses.filter((status) => mayBecome(order.status, status));
      throw new TransitionRefused(orderId, order.status, change.status, legal);
    }
    const after = changed(order, change, {
      askedFor: change.status,
      by: 'operator',
      subject: caller.subject,
      note: null,
      at: work.now,
    });
    changeOrder(work, outbox, order, after);
    return toDocument(after);
  },
});

/** A tracking number other than the recorded one is not the same request: it must not be lost in a 200. */
function isSo(order: Order, change: StatusChange): boolean {
  if (order.status !== change.status) return false;
  if (change.status !== 'SHIPPED') return true;
  const shipment = order.shipments.at(-1);
  return (
    shipment?.trackingNumber === change.trackingNumber &&
    (change.carrier === undefined || shipment.carrier === change.carrier)
  );
}

function changed(order: Order, change: StatusChange, request: OrderRequest): Order {
  switch (change.status) {
    case 'PREPARING':
      return prepare(order, request);
    case 'SHIPPED':
      return ship(order, request, {
        trackingNumber: change.trackingNumber,
        carrier: change.carrier ?? null,
      });
    case 'OUT_FOR_DELIVERY':
      return outForDelivery(order, request);
    case 'DELIVERED':
      return deliver(order, request);
    default:
      return assertNever(change, 'status to set');
  }
}
