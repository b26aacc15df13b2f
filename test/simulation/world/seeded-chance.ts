import type { Chance } from '#libs/kernel/chance.js';
import { seeded, type Random } from '../../support/random.js';

const hexDigits = '0123456789abcdef';

/** Chance that a seed determines: ids are UUIDv7 of simulated time, and no two are the same. */
export class SeededChance implements Chance {
  readonly random: Random;
  #made = 0;

  constructor(
    seed: number,
    private readonly nowMs: () => number,
  ) {
    this.random = seeded(seed);
  }

  newId(): string {
    this.#made += 1;
    const time = this.nowMs().toString(16).padStart(12, '0');
    const count = this.#made.toString(16).padStart(11, '0');
    // Counted within the millisecond, as v7 ids of one process are.
    return `${time.slice(0, 8)}-${time.slice(8)}-7${count.slice(0, 3)}-8${count.slice(3, 6)}-${count.slice(6)}${this.hex(4).slice(0, 7)}`;
  }

  hex(byteCount: number): string {
    let text = '';
    while (text.length < byteCount * 2) text += hexDigits[Math.floor(this.random() * 16)]!;
    return text;
  }

  between(from: number, to: number): number {
    return from + Math.floor(this.random() * (to - from + 1));
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.random() * values.length)]!;
  }

  /** Mostly near `from`, sometimes near `to`: how long things take in a network. */
  longTailed(from: number, to: number): number {
    return from + Math.floor((to - from) * this.random() ** 4);
  }
}
