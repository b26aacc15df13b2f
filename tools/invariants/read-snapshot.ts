import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { bytesToId } from '#libs/kernel/ids.js';
import type { OrderRecord, SagaRecord, Snapshot } from './snapshot.js';

export interface DatabaseUrls {
  readonly orders: string;
  readonly ordersRead: string;
  readonly inventory: string;
  readonly payments: string;
}

/**
 * Reads all four databases as they are. Meant for tests, replays and benchmarks of up to some hundred thousand orders:
 * everything is held in memory, and a service that is still at work makes it a mixture of moments.
 */
export async function readSnapshot(urls: DatabaseUrls): Promise<Snapshot> {
  const [orders, ordersRead, inventory, payments] = await Promise.all([
    withDatabase(urls.orders, readOrders),
    withDatabase(urls.ordersRead, readViews),
    withDatabase(urls.inventory, readInventory),
    withDatabase(urls.payments, readPayments),
  ]);
  const unsent = new Map([
    ['orders', orders.unsent],
    ['inventory', inventory.unsent],
    ['payments', payments.unsent],
  ]);
  return { ...orders, ...ordersRead, ...inventory, ...payments, unsent };
}

async function withDatabase<Result>(
  url: string,
  read: (database: Connection) => Promise<Result>,
): Promise<Result> {
  const database = await createConnection({ uri: url, timezone: 'Z', connectTimeout: 5_000 });
  try {
    return await read(database);
  } finally {
    await database.end();
  }
}

async function readOrders(database: Connection) {
  const orders = await rows(
    database,
    'SELECT id, customer_id, status, version, currency, total_minor, details FROM orders',
  );
  const sagas = await rows(
    database,
    'SELECT id, saga, subject, status, revision, finished_at, data FROM sagas',
  );
  const timelines = await rows(database, 'SELECT saga_id, revision FROM saga_timeline');
  return {
    orders: orders.map(toOrder),
    sagas: sagas.map(toSaga),
    timelines: timelines.map((row) => ({
      sagaId: bytesToId(row['saga_id']),
      revision: Number(row['revision']),
    })),
    unsent: await unsentIn(database),
    parked: numbers(
      await rows(
        database,
        `SELECT queue, COUNT(*) AS parked FROM parked_messages WHERE state = 'parked' GROUP BY queue`,
      ),
      'queue',
      'parked',
    ),
  };
}

function toOrder(row: RowDataPacket): OrderRecord {
  const details = json<OrderDetails>(row['details']);
  return {
    id: bytesToId(row['id']),
    customerId: row['customer_id'],
    status: row['status'],
    version: Number(row['version']),
    currency: row['currency'],
    totalMinor: Number(row['total_minor']),
    paymentMethod: details.payment.method,
    paymentStatus: details.payment.status,
    requests: (details.requests ?? []).map(({ askedFor, at }) => ({ askedFor, at: new Date(at) })),
    quantities: quantitiesOf(details.lines.map(({ productId, quantity }) => ({ sku: productId, quantity }))),
  };
}

interface OrderDetails {
  readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
  readonly payment: { readonly method: string; readonly status: string };
  readonly requests?: readonly { readonly askedFor: string; readonly at: string }[];
}

/** What the kinds of sagas keep, as far as it matters here. */
interface SagaData {
  readonly reservationId?: string;
  readonly paymentId?: string;
  readonly payment?: { readonly paymentId?: string; readonly token?: string | null } | null;
}

function toSaga(row: RowDataPacket): SagaRecord {
  const { reservationId, paymentId, payment } = json<SagaData>(row['data']);
  return {
    id: bytesToId(row['id']),
    saga: row['saga'],
    subject: bytesToId(row['subject']),
    status: row['status'],
    revision: Number(row['revision']),
    finishedAt: row['finished_at'],
    reservationId: reservationId ?? null,
    paymentId: paymentId ?? payment?.paymentId ?? null,
    keepsToken: (payment?.token ?? null) !== null,
  };
}

async function readViews(database: Connection) {
  const views = await rows(
    database,
    'SELECT id, customer_id, status, version, total_minor, document FROM order_views',
  );
  const counts = await rows(database, 'SELECT customer_id, orders FROM customer_order_counts');
  return {
    views: views.map((row) => ({
      id: bytesToId(row['id']),
      customerId: row['customer_id'] as string,
      status: row['status'] as string,
      version: Number(row['version']),
      totalMinor: Number(row['total_minor']),
      document: json<Snapshot['views'][number]['document']>(row['document']),
    })),
    orderCounts: numbers(counts, 'customer_id', 'orders'),
  };
}

async function readInventory(database: Connection) {
  const reservations = await rows(database, 'SELECT id, status, reservation_lines FROM reservations');
  const stock = await rows(database, 'SELECT sku, available, reserved, sold FROM stock');
  const adjustments = await rows(
    database,
    'SELECT sku, SUM(delta) AS put_in FROM stock_adjustments GROUP BY sku',
  );
  return {
    reservations: reservations.map((row) => ({
      id: bytesToId(row['id']),
      status: row['status'] as string,
      quantities: quantitiesOf(
        json<{ sku: string; quantity: number }[] | null>(row['reservation_lines']) ?? [],
      ),
    })),
    stock: stock.map((row) => ({
      sku: row['sku'] as string,
      available: Number(row['available']),
      reserved: Number(row['reserved']),
      sold: Number(row['sold']),
    })),
    adjustments: numbers(adjustments, 'sku', 'put_in'),
    unsent: await unsentIn(database),
  };
}

async function readPayments(database: Connection) {
  const payments = await rows(database, 'SELECT id, status FROM payments');
  const ledger = await rows(
    database,
    'SELECT payment_id, currency, captured_minor, refunded_minor FROM sandbox_charges',
  );
  return {
    payments: payments.map((row) => ({ id: bytesToId(row['id']), status: row['status'] as string })),
    ledger: ledger.map((row) => ({
      key: bytesToId(row['payment_id']),
      currency: row['currency'] as string | null,
      capturedMinor: Number(row['captured_minor']),
      refundedMinor: Number(row['refunded_minor']),
    })),
    unsent: await unsentIn(database),
  };
}

async function unsentIn(database: Connection): Promise<number> {
  const [row] = await rows(database, 'SELECT COUNT(*) AS unsent FROM outbox');
  return Number(row!['unsent']);
}

async function rows(database: Connection, sql: string): Promise<RowDataPacket[]> {
  const [found] = await database.query<RowDataPacket[]>(sql);
  return found;
}

/** MySQL hands JSON out parsed, MariaDB as text. */
const json = <Value>(value: unknown): Value =>
  (typeof value === 'string' ? JSON.parse(value) : value) as Value;

const numbers = (found: readonly RowDataPacket[], key: string, value: string): Map<string, number> =>
  new Map(found.map((row) => [row[key] as string, Number(row[value])]));

function quantitiesOf(lines: readonly { sku: string; quantity: number }[]): Map<string, number> {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return quantities;
}
