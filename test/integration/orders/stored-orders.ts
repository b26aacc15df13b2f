import type { DataSource } from 'typeorm';
import { idOf, idToBytes } from '#libs/kernel/ids.js';
import { toDocument } from '../../../apps/order-service/src/persistence/order-document.js';
import { anOrder } from '../../../apps/order-service/src/testing/an-order.js';

const firstAtMs = Date.parse('2025-01-01T00:00:00Z');
const everyMs = 60_000;

/** The id of the n-th order that {@link showOrders} puts there. */
export const shownId = (n: number): string => idOf(firstAtMs + n * everyMs, Buffer.alloc(16, n % 256));

/** Puts orders where queries look, one a minute, as projections would have left them. `customerOf` says whose the n-th is. */
export async function showOrders(
  readSource: DataSource,
  count: number,
  customerOf: (n: number) => string,
): Promise<void> {
  const rows = Array.from({ length: count }, (_, n) => {
    const createdAt = new Date(firstAtMs + n * everyMs);
    const order = anOrder({ id: shownId(n), customerId: customerOf(n), createdAt, updatedAt: createdAt });
    const document = JSON.stringify(toDocument({ ...order, status: 'CONFIRMED' }));
    return [
      idToBytes(order.id),
      order.customerId,
      'CONFIRMED',
      1,
      'USD',
      5998,
      document,
      createdAt,
      createdAt,
    ];
  });
  await readSource.query(
    `INSERT INTO order_views (id, customer_id, status, version, currency, total_minor, document, created_at, updated_at)
     VALUES ?`,
    [rows],
  );
  await readSource.query(
    'INSERT INTO customer_order_counts SELECT customer_id, COUNT(*) FROM order_views GROUP BY customer_id',
  );
  await readSource.query('ANALYZE TABLE order_views, customer_order_counts');
}
