import type { EntityManager } from 'typeorm';
import type { Prunable, Pruned } from './prunable.js';

export interface OldRows {
  readonly table: string;
  readonly keepSeconds: number;
  readonly batchSize: number;
  /** The column of the primary key. */
  readonly key: string;
  /** The column that says since when a row may go; null where it is still needed. */
  readonly since: string;
  /** Finds the oldest rows first. */
  readonly index: string;
  /** The columns by which {@link index} is sorted, up to `since`. Default: `since`. */
  readonly order?: string;
  /** What else has to be true of a row that goes. */
  readonly where?: string;
  /** Tables whose rows have the same key and go with these, before them. */
  readonly with?: readonly string[];
}

/**
 * Rows that an index on their time finds, oldest first: all that is found goes, so that the next batch begins at the
 * front again. Rows that somebody holds are passed over and found by the next pass, so that nobody's transaction waits
 * for this one, or this one for it.
 */
export function oldRows({ table, keepSeconds, batchSize, with: others = [], ...how }: OldRows): Prunable {
  const { key, since, index, order = since, where = 'TRUE' } = how;
  // FORCE INDEX: on a small table the optimiser would rather read all rows, and with FOR UPDATE lock them, too.
  const select = `SELECT ${key} AS id, ${since} AS at FROM ${table} FORCE INDEX (${index})
    WHERE ${since} < ? AND ${where} ORDER BY ${order} LIMIT ? FOR UPDATE SKIP LOCKED`;
  return {
    table,
    keepSeconds,
    batchSize,
    prune: (source, { before, limit }) =>
      source.transaction(async (manager): Promise<Pruned> => {
        const rows: { id: Buffer | string; at: Date }[] = await manager.query(select, [before, limit]);
        const keys = rows.map(({ id }) => id).sort(byKey);
        const deleted: Record<string, number> = {};
        for (const name of [...others, table]) deleted[name] = await deleteByKeys(manager, name, key, keys);
        return { deleted, next: rows.length < limit ? null : {}, reached: rows.at(-1)?.at ?? null };
      }),
  };
}

/** In the order of the key: deletes by random keys deadlock with each other. @param keys sorted. */
export async function deleteByKeys(
  manager: EntityManager,
  table: string,
  key: string,
  keys: readonly (Buffer | string)[],
): Promise<number> {
  if (keys.length === 0) return 0;
  const result: { affectedRows: number } = await manager.query(`DELETE FROM ${table} WHERE ${key} IN (?)`, [
    keys,
  ]);
  return result.affectedRows;
}

export const byKey = (a: Buffer | string, b: Buffer | string): number =>
  Buffer.compare(Buffer.from(a as string), Buffer.from(b as string));
