import { idToBytes } from '#libs/kernel/ids.js';
import type { HistoryKey, HistoryPosition } from './order-history.query.js';

/** A row as the driver gives it. */
export interface HistoryRow {
  readonly id: Buffer;
  readonly document: string;
  readonly created_at: Date;
}

const newestFirst = (table: string): string => `${table}.created_at DESC, ${table}.id DESC`;

/**
 * A page of a customer's orders, and one more, which tells whether there is a next page. The index is forced, so that no
 * state of the server's statistics can make a page cost what the whole history does.
 */
export function historySql(
  customerId: string,
  position: HistoryPosition,
  limit: number,
): [sql: string, parameters: unknown[]] {
  const [beyond, after] = 'after' in position ? afterKey(position.after) : ['', []];
  const stretch = `
       FROM order_views AS entry FORCE INDEX (order_views_history)
      WHERE entry.customer_id = ? ${beyond}
      ORDER BY ${newestFirst('entry')} LIMIT ${limit + 1}`;
  const parameters = [customerId, ...after];
  const offset = 'page' in position ? (position.page - 1) * limit : 0;
  if (offset === 0) return [`SELECT entry.id, entry.document, entry.created_at ${stretch}`, parameters];
  // Rows before the page are skipped in the index; otherwise each of them would be read, document and all.
  return [
    `SELECT shown.id, shown.document, shown.created_at
       FROM (SELECT entry.id ${stretch} OFFSET ${offset}) AS page
       JOIN order_views AS shown ON shown.id = page.id
      ORDER BY ${newestFirst('shown')}`,
    parameters,
  ];
}

function afterKey({ createdAt, id }: HistoryKey): [condition: string, parameters: unknown[]] {
  const at = new Date(createdAt);
  // Written out because MySQL does not use an index range for (a, b) < (x, y).
  return ['AND entry.created_at <= ? AND (entry.created_at < ? OR entry.id < ?)', [at, at, idToBytes(id)]];
}
