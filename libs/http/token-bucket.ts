import { AsyncResource } from 'node:async_hooks';
import { systemClock, type Clock } from '#libs/kernel/clock.js';
import { systemTimers, type Timer, type Timers } from '#libs/kernel/timers.js';

export interface TokenBucketOptions {
  readonly perSecond: number;
  /** How many may go at once after a quiet time. */
  readonly burst: number;
  /** Whoever has waited for so long goes without a token. */
  readonly maxWaitSeconds: number;
  /** All tokens are back, and nobody waits: the bucket is as good as a new one. */
  readonly onFull?: () => void;
}

/** Nobody waits for it any more: it does not run. Calling it late does no harm. */
export type Forget = () => void;

/** Shorter waits are not worth a timer of their own. */
const minTimerMs = 10;

interface Waiting {
  readonly task: () => void;
  readonly untilMs: number;
}

/**
 * A token bucket with a queue: runs what it is given at once, or in its turn when there is more than there are tokens.
 * Its whole state is the time at which it is full again (generic cell rate algorithm, ITU-T I.371).
 */
export class TokenBucket {
  private readonly tokenMs: number;
  private readonly waiting = new Set<Waiting>();
  private fullAtMs = 0;
  private timer: Timer | undefined;

  constructor(
    private readonly options: TokenBucketOptions,
    private readonly clock: Pick<Clock, 'monotonicMs'> = systemClock,
    private readonly timers: Pick<Timers, 'after'> = systemTimers,
  ) {
    this.tokenMs = 1000 / options.perSecond;
  }

  /** In the context of its caller, whenever it is. */
  run(task: () => void): Forget {
    const nowMs = this.clock.monotonicMs();
    if (this.waiting.size === 0 && this.take(nowMs)) {
      if (!this.timer) this.wakeUp(nowMs);
      task();
      return () => undefined;
    }
    const untilMs = nowMs + this.options.maxWaitSeconds * 1000;
    const waiting = { task: AsyncResource.bind(task), untilMs };
    this.waiting.add(waiting);
    if (this.waiting.size === 1) this.wakeUp(nowMs);
    return () => void this.waiting.delete(waiting);
  }

  /** All who wait go now, without tokens. */
  release(): void {
    for (const waiting of this.waiting) this.go(waiting);
  }

  private go(waiting: Waiting): void {
    this.waiting.delete(waiting);
    waiting.task();
  }

  private take(nowMs: number): boolean {
    if (this.nextTokenAtMs() > nowMs) return false;
    this.fullAtMs = Math.max(nowMs, this.fullAtMs) + this.tokenMs;
    return true;
  }

  private nextTokenAtMs(): number {
    return this.fullAtMs - (this.options.burst - 1) * this.tokenMs;
  }

  private wakeUp(nowMs: number): void {
    const [first] = this.waiting;
    const atMs = first ? Math.min(this.nextTokenAtMs(), first.untilMs) : this.fullAtMs;
    this.timer?.cancel();
    this.timer = this.timers.after(Math.max(minTimerMs, atMs - nowMs), () => this.goOn());
  }

  private goOn(): void {
    const nowMs = this.clock.monotonicMs();
    this.timer = undefined;
    for (const waiting of this.waiting) {
      if (waiting.untilMs > nowMs && !this.take(nowMs)) break;
      this.go(waiting);
    }
    if (this.waiting.size > 0 || this.fullAtMs > nowMs) this.wakeUp(nowMs);
    else this.options.onFull?.();
  }
}
