import { consume } from './broker.js';
import { insert, openPool, rowsByKey, transaction } from './database.js';
import { bytesOf } from './ids.js';

const viewColumns = 'id customer_id status version currency total_minor document created_at updated_at'.split(
  ' ',
);

/** Shows each order's newest state and counts orders by customer and by status. */
export async function runProjection(databaseUrl: string, brokerUrl: string): Promise<void> {
  const pool = openPool(databaseUrl);
  await consume(brokerUrl, 'order-service.projections', (events) =>
    transaction(pool, async (connection) => {
      // The newest of an order is enough: every event carries all of it.
      const documents = new Map(events.map(({ data }) => [data.order.id as string, data.order]));
      const keys = [...documents.keys()].map(bytesOf).sort(Buffer.compare);
      const shown = new Map(
        (await rowsByKey(connection, 'order_views', 'id', keys)).map((row) => [
          row['id'].toString('hex'),
          row,
        ]),
      );
      const customers = new Map<string, number>();
      const statuses = new Map<string, number>();
      const count = (counts: Map<string, number>, key: string, by: number): unknown =>
        counts.set(key, (counts.get(key) ?? 0) + by);
      const rows = [...documents].flatMap(([id, document]) => {
        const before = shown.get(bytesOf(id).toString('hex'));
        if (before && before['version'] >= document.version) return [];
        if (before) count(statuses, before['status'], -1);
        else count(customers, document.customerId, 1);
        count(statuses, document.status, 1);
        return [
          [
            bytesOf(id),
            document.customerId,
            document.status,
            document.version,
            'USD',
            Math.round(Number(document.total.amount) * 100),
            JSON.stringify(document),
            new Date(document.createdAt),
            new Date(document.updatedAt),
          ],
        ];
      });
      if (rows.length === 0) return;
      await insert(connection, 'order_views', viewColumns, rows, viewColumns.slice(1));
      await add(connection, 'customer_order_counts', 'customer_id', customers);
      await add(connection, 'order_status_counts', 'status', statuses);
    }),
  );
}

type Connection = Parameters<typeof rowsByKey>[0];

async function add(
  connection: Connection,
  table: string,
  key: string,
  counts: ReadonlyMap<string, number>,
): Promise<void> {
  const keys = [...counts.keys()].sort();
  if (keys.length === 0) return;
  const before = await rowsByKey(connection, table, key, keys);
  const orders = new Map(before.map((row) => [row[key] as string, Number(row['orders'])]));
  const rows = keys.map((name) => [name, (orders.get(name) ?? 0) + counts.get(name)!]);
  await insert(connection, table, [key, 'orders'], rows, ['orders']);
}
