import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { bytesToId } from '#libs/kernel/ids.js';

export interface CancelledEnd {
  readonly id: string;
  readonly status: string;
  /** What the cancellation came upon. */
  readonly met:
    | 'a confirmed order'
    | 'its saga past the pivot'
    | 'its saga before the pivot'
    | 'an order that was over'
    | 'its saga rolling back';
}

/** How the orders that were to be cancelled have ended, and how far each had come when the request arrived. */
export async function readCancelledOrders(databaseUrl: string): Promise<CancelledEnd[]> {
  const database = await createConnection({ uri: databaseUrl, timezone: 'Z' });
  try {
    const [rows] = await database.query<RowDataPacket[]>(
      `SELECT orders.id, orders.status, orders.version, sagas.reason,
              JSON_VALUE(orders.details, '$.requests[0].askedFor') AS request
         FROM orders JOIN sagas ON sagas.id = orders.id`,
    );
    return rows.map((row) => ({ id: bytesToId(row['id']), status: row['status'], met: metBy(row) }));
  } finally {
    await database.end();
  }
}

function metBy({ status, version, reason, request }: RowDataPacket): CancelledEnd['met'] {
  if (request === null) return 'an order that was over';
  if (status === 'CANCELLED' || status === 'CANCELLING') {
    // One version more: the request was noted before the order was confirmed.
    return version === (status === 'CANCELLED' ? 4 : 3) ? 'a confirmed order' : 'its saga past the pivot';
  }
  return JSON.stringify(reason ?? '').includes('cancelled-by-customer')
    ? 'its saga before the pivot'
    : 'its saga rolling back';
}
