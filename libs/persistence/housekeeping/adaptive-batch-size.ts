/** A batch that takes longer is in the way of others: the next one is smaller. */
const slowMs = 200;
/** A batch that takes less could have been larger. */
const fastMs = 50;
const smallest = 20;

const shortestRestMs = 10;
const longestRestMs = 2_000;
/** Pruning has half of one connection at most, however much there is to do, and a quarter while others need the database. */
const restFactor = { fast: 1, slow: 3 };

/** How large the next batch is. A slow one halves it, so that it yields while the database has other things to do. */
export function adaptiveBatchSize(limit: number, tookMs: number, most: number): number {
  if (tookMs > slowMs) return Math.max(Math.min(smallest, most), Math.floor(limit / 2));
  return tookMs < fastMs ? Math.min(most, limit * 2) : limit;
}

export const restMs = (tookMs: number): number =>
  Math.min(longestRestMs, Math.max(shortestRestMs, tookMs * restFactor[tookMs > slowMs ? 'slow' : 'fast']));
