import { systemTimers, type Timer, type Timers } from './timers.js';

export interface Polled {
  /** Does what is due, at most `maxBatch` of it. @returns how much there was. Rejects when something could not be done. */
  readonly look: (maxBatch: number) => Promise<number>;
  readonly maxBatch: number;
  readonly intervalMs: number;
  /** Told once per outage, not at every look for as long as it lasts. */
  readonly onFailing: (error: unknown) => void;
}

/** Looks again and again for what is due. After a full batch the next look follows without a pause. */
export class Poller {
  #stopped = false;
  #polling: Promise<void> = Promise.resolve();
  #failing = false;
  #endPause: () => void = () => undefined;

  constructor(
    private readonly polled: Polled,
    private readonly timers: Pick<Timers, 'after'> = systemTimers,
  ) {}

  start(): void {
    this.#polling = this.#poll();
  }

  /** Resolves when the batch in hand is done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#endPause();
    await this.#polling;
  }

  /** One look. Never rejects: the next one comes anyway. @returns how much was found; 0 when not all of it could be done. */
  async once(): Promise<number> {
    try {
      const found = await this.polled.look(this.polled.maxBatch);
      this.#failing = false;
      return found;
    } catch (error) {
      if (!this.#failing) this.polled.onFailing(error);
      this.#failing = true;
      return 0;
    }
  }

  async #poll(): Promise<void> {
    while (!this.#stopped) {
      const found = await this.once();
      if (found < this.polled.maxBatch && !this.#stopped) await this.#pause();
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer: Timer = this.timers.after(this.polled.intervalMs, resolve);
      this.#endPause = () => {
        timer.cancel();
        resolve();
      };
    });
  }
}

/** Handles all that is due at once. @throws the first error, when all of it has been tried. */
export async function handleAll<Due>(
  due: readonly Due[],
  handle: (one: Due) => Promise<void>,
): Promise<number> {
  const results = await Promise.allSettled(due.map(handle));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return due.length;
}
