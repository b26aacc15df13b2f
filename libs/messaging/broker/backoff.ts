import { random as byChance } from '#libs/kernel/chance.js';

/**
 * Doubling waits with a cap. Half of each is random, so that many processes that lost the same broker do not all come
 * back in the same moment.
 *
 * @param attempt from 1.
 * @returns milliseconds.
 */
export function backoffMs(
  attempt: number,
  { firstMs, capMs, random = byChance }: { firstMs: number; capMs: number; random?: () => number },
): number {
  const full = Math.min(capMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(full / 2 + (random() * full) / 2);
}
