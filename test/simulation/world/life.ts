import type { Clock } from '#libs/kernel/clock.js';
import type { Timer, Timers } from '#libs/kernel/timers.js';
import type { Schedule } from './schedule.js';

/**
 * One life of a process, from its start to its crash. Nothing that it waits for arrives once it has ended: its promises
 * stay pending for ever, as a killed process loses its memory.
 */
export class Life implements Timers, Clock {
  #alive = true;
  readonly #onEnd: (() => void)[] = [];

  constructor(
    readonly name: string,
    private readonly schedule: Schedule,
    /** How far its own clock is ahead. */
    private readonly skewMs: number,
  ) {}

  get isAlive(): boolean {
    return this.#alive;
  }

  now(): Date {
    return new Date(this.schedule.now + this.skewMs);
  }

  monotonicMs(): number {
    return this.schedule.now;
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  after(ms: number, run: () => void): Timer {
    const event = this.schedule.after(ms, () => {
      if (this.#alive) run();
    });
    return { cancel: () => void (event.cancelled = true) };
  }

  every(ms: number, run: () => void): Timer {
    let timer: Timer;
    const again = (): void => {
      timer = this.after(ms, () => {
        run();
        again();
      });
    };
    again();
    return { cancel: () => timer.cancel() };
  }

  onEnd(run: () => void): void {
    this.#onEnd.push(run);
  }

  end(): void {
    if (!this.#alive) return;
    this.#alive = false;
    for (const run of this.#onEnd) run();
  }
}
