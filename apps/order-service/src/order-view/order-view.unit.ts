import { orderStatuses, type OrderDocument, type OrderStatus } from '#libs/contracts/order/order.messages.js';
import { parseAmount } from '#libs/kernel/money.js';
import { lock, type Unit, type Work } from '#libs/persistence/unit-of-work.js';
import { customerOrderCounts } from '../order-history/customer-order-count.row.js';
import { orderStatusCounts } from './order-status-count.row.js';
import { orderViews, type OrderViewRow } from './order-view.row.js';

/**
 * Shows an order's state, unless a newer one is shown already: duplicates and reordering change nothing. An order counts
 * for its customer when it is first seen, whichever of its events that is.
 */
export const showOrder = (document: OrderDocument): Unit<'shown' | 'stale'> => ({
  name: 'show-order',
  load: [
    lock(orderViews, document.id),
    lock(customerOrderCounts, document.customerId),
    // All of them, because which one the order leaves is known only when its view has been read.
    lock(orderStatusCounts, ...orderStatuses),
  ],
  decide: (work) => {
    const shown = work.find(orderViews, document.id);
    if (shown && shown.version >= document.version) return 'stale';
    if (shown) {
      work.update(orderViews, viewOf(document));
      countStatus(work, shown.status, -1);
    } else {
      work.insert(orderViews, viewOf(document));
      countCustomer(work, document.customerId);
    }
    countStatus(work, document.status, 1);
    return 'shown';
  },
});

function countCustomer(work: Work, customerId: string): void {
  const count = work.find(customerOrderCounts, customerId);
  if (count) work.update(customerOrderCounts, { customerId, orders: count.orders + 1 });
  else work.insert(customerOrderCounts, { customerId, orders: 1 });
}

function countStatus(work: Work, status: OrderStatus, by: 1 | -1): void {
  const count = work.find(orderStatusCounts, status);
  if (count) work.update(orderStatusCounts, { status, orders: count.orders + by });
  else work.insert(orderStatusCounts, { status, orders: 1 });
}

function viewOf(document: OrderDocument): OrderViewRow {
  const { id, customerId, status, version, total } = document;
  return {
    id,
    customerId,
    status,
    version,
    currency: total.currency,
    totalMinor: parseAmount(total.amount, total.currency).amountMinor,
    document,
    createdAt: new Date(document.createdAt),
    updatedAt: new Date(document.updatedAt),
  };
}
