import { Defect } from '#libs/kernel/errors.js';

/** A primary key as a value that a Map can find. */
export type KeyText = string | number;

/** @throws Defect for a key that is or contains null or undefined: it would find nothing, silently. */
export function keyText(key: unknown): KeyText {
  if (typeof key === 'string' || typeof key === 'number') return key;
  if (!Array.isArray(key)) throw new Defect(`not a key: ${String(key)}`);
  // With lengths, so that ('a', 'bc') and ('ab', 'c') stay apart.
  return key
    .map((part) => keyText(part))
    .reduce<string>((text, part) => `${text}${String(part).length}:${part}`, '');
}

/** The order in which rows are locked and written: every group follows it, so that none waits for one that waits for it. */
export function compareKeys(a: unknown, b: unknown): number {
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let part = 0; part < a.length; part += 1) {
      const order = compareKeys(a[part], b[part]);
      if (order !== 0) return order;
    }
    return 0;
  }
  if (a === b) return 0;
  return (a as KeyText) < (b as KeyText) ? -1 : 1;
}
