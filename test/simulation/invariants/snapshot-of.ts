import { outboxTable } from '#libs/messaging/outbox/outbox.row.js';
import { sagaTimeline } from '#libs/saga/runner/saga-timeline.row.js';
import { sagas } from '#libs/saga/runner/saga.row.js';
import type { Snapshot } from '../../../tools/invariants/snapshot.js';
import { reservations } from '../../../apps/inventory-service/src/persistence/reservation.row.js';
import { stockAdjustments } from '../../../apps/inventory-service/src/persistence/stock-adjustment.row.js';
import { stocks } from '../../../apps/inventory-service/src/persistence/stock.row.js';
import { customerOrderCounts } from '../../../apps/order-service/src/queries/order-history/customer-order-count.row.js';
import { orderViews } from '../../../apps/order-service/src/queries/order-view/order-view.row.js';
import { orders } from '../../../apps/order-service/src/persistence/order.row.js';
import { payments } from '../../../apps/payment-service/src/persistence/payment.row.js';
import type { Databases } from '../services/cluster.js';
import type { SimulatedBroker } from '../world/simulated-broker.js';
import type { SimulatedProvider } from '../world/simulated-provider.js';

/** The state of the simulated system, as tools/invariants checks that of a running one. */
export function snapshotOf(databases: Databases, broker: SimulatedBroker, bank: SimulatedProvider): Snapshot {
  return {
    orders: databases.orders.rows(orders).map(({ details, ...order }) => ({
      ...order,
      paymentMethod: details.payment.method,
      paymentStatus: details.payment.status,
      requests: (details.requests ?? []).map(({ askedFor, at }) => ({ askedFor, at: new Date(at) })),
      quantities: sumBySku(details.lines.map(({ productId, quantity }) => ({ sku: productId, quantity }))),
    })),
    sagas: databases.orders.rows(sagas).map((saga) => {
      const { reservationId, paymentId, payment } = saga.data as {
        reservationId?: string;
        paymentId?: string;
        payment?: { paymentId?: string; token?: string | null } | null;
      };
      return {
        ...saga,
        reservationId: reservationId ?? null,
        paymentId: paymentId ?? payment?.paymentId ?? null,
        keepsToken: (payment?.token ?? null) !== null,
      };
    }),
    timelines: databases.orders.rows(sagaTimeline),
    views: databases.views.rows(orderViews),
    orderCounts: new Map(
      databases.views.rows(customerOrderCounts).map((row) => [row.customerId, row.orders]),
    ),
    reservations: databases.inventory
      .rows(reservations)
      .map(({ id, status, lines }) => ({ id, status, quantities: sumBySku(lines) })),
    stock: databases.inventory.rows(stocks),
    adjustments: sumBySku(
      databases.inventory.rows(stockAdjustments).map(({ sku, delta }) => ({ sku, quantity: delta })),
    ),
    payments: databases.payments.rows(payments),
    // What was given back of a stray charge is nobody's any more.
    ledger: [...bank.ledger.values()]
      .filter(({ key, dead }) => !(dead && bank.strays.has(key)))
      .map(({ key, amount, capturedMinor, refundedMinor }) => ({
        key,
        capturedMinor,
        refundedMinor,
        currency: amount?.currency ?? null,
      })),
    unsent: new Map(
      (['orders', 'inventory', 'payments'] as const).map((name) => [
        name,
        databases[name].count(outboxTable),
      ]),
    ),
    // What is parked stays in its queue here, and is counted there.
    parked: new Map(),
    queued: broker.depths(),
  };
}

function sumBySku(
  lines: readonly { readonly sku: string; readonly quantity: number }[],
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { sku, quantity } of lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity);
  return sums;
}
