import type { DataSource } from 'typeorm';
import { Defect } from '#libs/kernel/errors.js';
import { bytesToId, idToBytes, isId } from '#libs/kernel/ids.js';

export interface AgedTable {
  readonly table: string;
  /** The BINARY(16) column that names a row. */
  readonly key: string;
  /** The DATETIME(6) column that it is sorted by. Default: `created_at`. */
  readonly at?: string;
  /** What is wanted of a row. Default: all columns. */
  readonly columns?: string;
  /** Begins with that time and `key`, in this order. */
  readonly index: string;
}

export interface PageByAge {
  readonly from: Date | null;
  /** Exclusive. */
  readonly to: Date;
  /** `next` of the page before. */
  readonly after: string | null;
  readonly limit: number;
}

/**
 * Rows in the order of their time. Sorted by when they were made, each comes once, whatever becomes of it in between, and
 * a page that is asked for again begins where it began. Reads no more of the table than it returns.
 * @returns rows as the driver gives them; `next` is null at the end.
 * @throws Defect when `after` is not a `next` that this gave.
 */
export async function pageByAge<Raw extends object>(
  source: Pick<DataSource, 'query'>,
  { table, key, index, at = 'created_at', columns = '*' }: AgedTable,
  { from, to, after, limit }: PageByAge,
): Promise<{ readonly rows: readonly Raw[]; readonly next: string | null }> {
  const conditions = [`${at} < ?`];
  const parameters: unknown[] = [to];
  if (from) {
    conditions.push(`${at} >= ?`);
    parameters.push(from);
  }
  if (after !== null) {
    const { at: time, id } = positionOf(after);
    // Written out because MySQL does not use an index range for (a, b) > (x, y).
    conditions.push(`${at} >= ? AND (${at} > ? OR ${key} > ?)`);
    parameters.push(time, time, id);
  }
  const found: (Raw & Position)[] = await source.query(
    // The time as text, because a Date would lose what is below a millisecond, and the page would begin too early.
    `SELECT ${columns}, DATE_FORMAT(${at}, '%Y-%m-%d %H:%i:%s.%f') AS page_at, ${key} AS page_key
       FROM ${table} FORCE INDEX (${index})
      WHERE ${conditions.join(' AND ')}
      ORDER BY ${at}, ${key}
      LIMIT ${limit + 1}`,
    parameters,
  );
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return {
    rows,
    next: last && found.length > limit ? `${last.page_at}/${bytesToId(last.page_key)}` : null,
  };
}

interface Position {
  readonly page_at: string;
  readonly page_key: Buffer;
}

function positionOf(after: string): { readonly at: string; readonly id: Buffer } {
  const [, at, id] = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6})\/(.{36})$/.exec(after) ?? [];
  if (at === undefined || id === undefined || !isId(id)) throw new Defect(`no page begins after ${after}`);
  return { at, id: idToBytes(id) };
}
