import { createConnection, type RowDataPacket } from 'mysql2/promise';
import type { LoadResult } from '../load/load.js';

/**
 * How long orders took from the moment at which they were due to the end of their saga, in ms. The end is `finished_at`:
 * the database's clock in the transaction that finished the saga. Clients and database share a machine and its clock.
 */
export async function readEndToEnd(ordersUrl: string, orders: LoadResult['orders']): Promise<number[]> {
  if (orders.length === 0) return [];
  const database = await createConnection({ uri: ordersUrl });
  try {
    const [sagas] = await database.query<RowDataPacket[]>(
      `SELECT LOWER(HEX(subject)) AS id, TIMESTAMPDIFF(MICROSECOND, '1970-01-01', finished_at) / 1000 AS at_ms
         FROM sagas WHERE finished_at IS NOT NULL AND saga = 'place-order'`,
    );
    const finishedAtMs = new Map(sagas.map((row) => [row['id'] as string, Number(row['at_ms'])]));
    return orders.map(({ id, dueAtMs }) => {
      const endMs = finishedAtMs.get(id.replaceAll('-', ''));
      if (endMs === undefined) throw new Error(`the saga of order ${id} has not finished`);
      return endMs - dueAtMs;
    });
  } finally {
    await database.end();
  }
}
