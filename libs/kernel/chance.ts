import { v7 } from 'uuid';

/**
 * Where all that is left to chance comes from: ids and jitter. One source for the process, because it is used far below
 * the code that would have to hand it on; replaceable as a whole, so that a simulation depends on its seed alone.
 */
export interface Chance {
  /** In [0, 1). */
  random(): number;
  newId(): string;
  /** Hex digits of so many random bytes. */
  hex(byteCount: number): string;
}

/** Random bytes are fetched many at a time: fetched for each id and trace they were 9 % of the profile. */
const pool = { bytes: Buffer.alloc(4096), used: 4096 };

function randomBytes(count: number): Buffer {
  if (pool.used + count > pool.bytes.length) {
    crypto.getRandomValues(pool.bytes);
    pool.used = 0;
  }
  pool.used += count;
  return pool.bytes.subarray(pool.used - count, pool.used);
}

const systemChance: Chance = {
  random: () => Math.random(),
  newId: increasingIds(() => Date.now(), randomBytes),
  hex: (byteCount) => randomBytes(byteCount).toString('hex'),
};

/**
 * UUIDv7s, each greater than the one before, also within a millisecond and when the clock steps back: the sequence that
 * follows the time is random at the beginning of a millisecond and counts on within it (RFC 9562, section 6.2, method 1).
 */
export function increasingIds(now: () => number, bytes: (count: number) => Uint8Array): () => string {
  let msecs = 0;
  let seq = 0;
  return () => {
    const random = bytes(16);
    const time = now();
    if (time > msecs) {
      msecs = time;
      seq = ((random[6]! & 0x7f) << 24) | (random[7]! << 16) | (random[8]! << 8) | random[9]!;
    } else {
      seq += 1;
    }
    return v7({ msecs, seq, random });
  };
}

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
