import { systemClock, type Clock } from '#libs/kernel/clock.js';
import { systemTimers, type Timers } from '#libs/kernel/timers.js';

const everyMs = 5;
const heldMsMax = 5_000;

/**
 * Answers to callers who have too much under way: 200 in a second, each held for up to 5 s. Told at once, a caller who comes
 * again at once would keep the process at refusing them, and everybody else waiting.
 */
export class SlowRefusals {
  private nextAtMs = -Infinity;

  constructor(
    private readonly clock: Pick<Clock, 'monotonicMs'> = systemClock,
    private readonly timers: Pick<Timers, 'after'> = systemTimers,
  ) {}

  run(answer: () => void): void {
    const nowMs = this.clock.monotonicMs();
    const atMs = Math.min(Math.max(this.nextAtMs, nowMs), nowMs + heldMsMax);
    this.nextAtMs = atMs + everyMs;
    if (atMs <= nowMs) answer();
    else this.timers.after(atMs - nowMs, answer);
  }
}
