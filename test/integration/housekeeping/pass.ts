import type { DataSource } from 'typeorm';
import type { Position, Prunable } from '#libs/persistence/housekeeping/prunable.js';

/** More batches than any test has rows: a pass that does not get on fails, and does not hang. */
const maxBatches = 2_000;

/** A whole pass through a table, in batches of `limit`. @returns how many rows went, by table. */
export async function passThrough(
  source: DataSource,
  prunable: Prunable,
  { limit = 2, before = cutOff(prunable) }: { readonly limit?: number; readonly before?: Date } = {},
): Promise<Record<string, number>> {
  const total: Record<string, number> = {};
  let after: Position | null = null;
  for (let batch = 0; batch < maxBatches; batch += 1) {
    const { deleted, next } = await prunable.prune(source, { before, after, limit });
    for (const [table, rows] of Object.entries(deleted)) total[table] = (total[table] ?? 0) + rows;
    if (next === null) return total;
    after = next;
  }
  throw new Error(`${prunable.table} is not through after ${maxBatches} batches`);
}

export const cutOff = ({ keepSeconds }: Prunable): Date => new Date(Date.now() - keepSeconds * 1000);
