import type { KeyText } from '#libs/persistence/unit-of-work/key.js';
import type { AnyTable } from '#libs/persistence/database/table.js';

type RowClass = AnyTable['row'];

/** Who holds which row, whether or not it exists, and who waits for it: first come, first served. */
export class RowLocks<Holder> {
  readonly #locks = new Map<RowClass, Map<KeyText, Lock<Holder>>>();

  /** @returns undefined when the lock is held now, or a promise that resolves when it is. */
  acquire(row: RowClass, key: KeyText, holder: Holder): Promise<void> | undefined {
    let table = this.#locks.get(row);
    if (!table) this.#locks.set(row, (table = new Map<KeyText, Lock<Holder>>()));
    const lock = table.get(key);
    if (!lock) {
      table.set(key, { holder, waiting: [] });
      return undefined;
    }
    if (lock.holder === holder) return undefined;
    return new Promise((resolve) => lock.waiting.push({ holder, resolve }));
  }

  isHeldBy(row: RowClass, key: KeyText, holder: Holder): boolean {
    return this.#locks.get(row)?.get(key)?.holder === holder;
  }

  isFree(row: RowClass, key: KeyText): boolean {
    return this.#locks.get(row)?.has(key) !== true;
  }

  /** Gives up all locks that the holder has or waits for. */
  release(holder: Holder): void {
    for (const table of this.#locks.values()) {
      for (const [key, lock] of table) {
        lock.waiting = lock.waiting.filter((waiter) => waiter.holder !== holder);
        if (lock.holder !== holder) continue;
        const next = lock.waiting.shift();
        if (!next) table.delete(key);
        else {
          lock.holder = next.holder;
          next.resolve();
        }
      }
    }
  }
}

interface Lock<Holder> {
  holder: Holder;
  waiting: { readonly holder: Holder; readonly resolve: () => void }[];
}
