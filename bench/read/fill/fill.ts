import { createConnection, type Connection } from 'mysql2/promise';
import type { OrderDocument, OrderStatus } from '#libs/contracts/order/order.messages.js';
import type { Places } from '../../system-under-test/servers.js';
import { OrderCopies } from './order-copies.js';
import type { Population } from './population.js';
import { ProgressBar } from './progress-bar.js';

/** One inserts while another's rows are made here; further ones would only wait. */
const connections = 3;
const ordersPerInsert = 1_000;
const sagasKeptMs = 30 * 86_400_000;

/** Reads the rows of the specimens from the tables that queries read. */
export async function copySpecimens(
  { databases }: Places,
  specimens: readonly OrderDocument[],
): Promise<OrderCopies> {
  const [orders, ordersRead] = [nameOf(databases.orders), nameOf(databases.ordersRead)];
  const connection = await connect(databases.ordersRead);
  try {
    return await OrderCopies.of(
      connection,
      [
        { database: ordersRead, table: 'order_views', key: 'id' },
        { database: orders, table: 'sagas', key: 'id' },
        { database: orders, table: 'saga_timeline', key: 'saga_id' },
      ],
      specimens,
    );
  } finally {
    await connection.end();
  }
}

/**
 * Writes the population's orders where queries read: as copies of the specimens' rows, thousands in a statement. Sagas
 * and their timelines are there for the last 30 days, which is what housekeeping leaves of them.
 */
export async function fill(
  { databases }: Places,
  copies: OrderCopies,
  population: Population,
): Promise<void> {
  const pool = await Promise.all(Array.from({ length: connections }, () => connect(databases.ordersRead)));
  try {
    const bar = new ProgressBar({ what: 'orders', total: population.orders });
    const counts = new Map<OrderStatus, number>();
    let [next, done] = [0, 0];
    await Promise.all(
      pool.map(async (connection) => {
        while (next < population.orders) {
          const from = next;
          next = Math.min(population.orders, from + ordersPerInsert);
          const written = next - from;
          for (const sql of insertsOf(copies, population, from, next, counts)) await connection.query(sql);
          bar.show((done += written));
        }
      }),
    );
    const [connection] = pool;
    await keepCounts(connection!, counts);
    await connection!.query(`ANALYZE TABLE ${copies.tables.join(', ')}`);
  } finally {
    await Promise.all(pool.map((each) => each.end()));
  }
}

function insertsOf(
  copies: OrderCopies,
  population: Population,
  from: number,
  to: number,
  counts: Map<OrderStatus, number>,
): string[] {
  const rows: string[][] = copies.targets.map(() => []);
  for (let place = from; place < to; place += 1) {
    const order = population.order(place);
    counts.set(order.status, (counts.get(order.status) ?? 0) + 1);
    const hasSagas = population.untilMs - order.placedAtMs < sagasKeptMs;
    for (let table = 0; table < (hasSagas ? rows.length : 1); table += 1) {
      rows[table]!.push(...copies.rowsOf(order, place, table));
    }
  }
  return copies.targets.flatMap((target, table) =>
    rows[table]!.length > 0 ? [`INSERT INTO ${target} VALUES ${rows[table]!.join(',')}`] : [],
  );
}

/** As projections would have left them. */
async function keepCounts(connection: Connection, counts: ReadonlyMap<OrderStatus, number>): Promise<void> {
  await connection.query(
    `INSERT INTO customer_order_counts (customer_id, orders)
       SELECT customer_id, COUNT(*) FROM order_views GROUP BY customer_id
     ON DUPLICATE KEY UPDATE orders = VALUES(orders)`,
  );
  await connection.query(
    `INSERT INTO order_status_counts (status, orders) VALUES ?
     ON DUPLICATE KEY UPDATE orders = order_status_counts.orders + VALUES(orders)`,
    [[...counts]],
  );
}

const nameOf = (url: string): string => new URL(url).pathname.slice(1);

async function connect(uri: string): Promise<Connection> {
  const connection = await createConnection({ uri, charset: 'UTF8MB4_UNICODE_CI', timezone: 'Z' });
  await connection.query("SET SESSION time_zone = '+00:00'");
  return connection;
}
