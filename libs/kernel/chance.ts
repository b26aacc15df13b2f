import { v7 } from 'uuid';

/**
 * Where everything comes from that is not decided: ids and jitter. One source for the process, because chance is asked
 * for deep below whoever would have to hand it on; replaceable as a whole, so that a simulation depends on its seed alone.
 */
export interface Chance {
  /** In [0, 1). */
  random(): number;
  newId(): string;
  /** Hex digits of so many random bytes. */
  hex(byteCount: number): string;
}

const pool = { bytes: Buffer.alloc(4096), used: 4096 };

const systemChance: Chance = {
  random: () => Math.random(),
  newId: () => v7(),
  // Random bytes are fetched many at a time: one system call per request was 4 % of the profile.
  hex: (byteCount) => {
    if (pool.used + byteCount > pool.bytes.length) {
      crypto.getRandomValues(pool.bytes);
      pool.used = 0;
    }
    const hex = pool.bytes.toString('hex', pool.used, pool.used + byteCount);
    pool.used += byteCount;
    return hex;
  },
};

let chance = systemChance;

/** In [0, 1). */
export const random = (): number => chance.random();

/** See ids.ts. */
export const nextId = (): string => chance.newId();

/** Not all zero. */
export function randomHex(byteCount: number): string {
  const hex = chance.hex(byteCount);
  return /^0+$/.test(hex) ? randomHex(byteCount) : hex;
}

/** For simulations. @returns what puts things back. */
export function replaceChance(other: Chance): () => void {
  const before = chance;
  chance = other;
  return () => {
    chance = before;
  };
}
