import { orderStatuses, type OrderDocument, type OrderStatus } from '#libs/contracts/order/order.messages.js';
import { parseAmount } from '#libs/kernel/money.js';
import { lock, type UnitOfWork, type WorkingSet } from '#libs/persistence/unit-of-work';
import { customerOrderCounts } from '../order-history/customer-order-count.row.js';
import { orderStatusShares } from './order-status-share.row.js';
import { orderViews, type OrderViewRow } from './order-view.row.js';

/**
 * Shows an order's state, unless a newer one is shown already: duplicates and reordering change nothing. An order counts
 * for its customer when it is first seen, whichever of its events that is.
 *
 * @param writer whose share in the counts by status this is.
 */
export const showOrder = (document: OrderDocument, writer: number): UnitOfWork<'shown' | 'stale'> => ({
  name: 'show-order',
  load: [
    lock(orderViews, document.id),
    lock(customerOrderCounts, document.customerId),
    // All of them, because which one the order leaves is known only when its view has been read.
    lock(orderStatusShares, ...orderStatuses.map((status) => [writer, status] as const)),
  ],
  decide: (work) => {
    const shown = work.find(orderViews, document.id);
    if (shown && shown.version >= document.version) return 'stale';
    if (shown) {
      work.update(orderViews, viewOf(document));
      countStatus(work, writer, shown.status, -1);
    } else {
      work.insert(orderViews, viewOf(document));
      countCustomer(work, document.customerId);
    }
    countStatus(work, writer, document.status, 1);
    return 'shown';
  },
});

function countCustomer(work: WorkingSet, customerId: string): void {
  const count = work.find(customerOrderCounts, customerId);
  if (count) work.update(customerOrderCounts, { customerId, orders: count.orders + 1 });
  else work.insert(customerOrderCounts, { customerId, orders: 1 });
}

function countStatus(work: WorkingSet, writer: number, status: OrderStatus, by: 1 | -1): void {
  const share = work.find(orderStatusShares, [writer, status] as const);
  if (share) work.update(orderStatusShares, { ...share, orders: share.orders + by });
  else work.insert(orderStatusShares, { writer, status, orders: by });
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
