import { AsyncResource } from 'node:async_hooks';
import type { Clock } from '#libs/kernel/clock.js';

export interface PaceOptions {
  readonly perSecond: number;
  /** How many may go at once after a quiet time. */
  readonly burst: number;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}

const lookEveryMs = 10;

interface Waiting {
  readonly task: () => void;
  readonly isWanted: () => boolean;
}

/** Runs what it is given at once, or in its turn when there is more than the pace allows: a token bucket with a queue. */
export class Pace {
  private waiting: Waiting[] = [];
  private allowance: number;
  private countedAtMs: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: PaceOptions) {
    this.allowance = options.burst;
    this.countedAtMs = options.clock.monotonicMs();
  }

  /**
   * In the context of its caller, whenever it is.
   * @param isWanted asked of what waits: it is forgotten once nobody wants it, so that as many wait as have somebody who
   * waits for them.
   */
  run(task: () => void, isWanted: () => boolean): void {
    this.count();
    if (this.waiting.length === 0 && this.allowance >= 1) {
      this.allowance -= 1;
      task();
      return;
    }
    this.waiting.push({ task: AsyncResource.bind(task), isWanted });
    this.timer ??= setInterval(() => this.goOn(), lookEveryMs);
  }

  private goOn(): void {
    this.count();
    this.waiting = this.waiting.filter(({ isWanted }) => isWanted());
    const due = this.waiting.splice(0, Math.floor(this.allowance));
    this.allowance -= due.length;
    if (this.waiting.length === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
    }
    for (const { task } of due) task();
  }

  private count(): void {
    const { perSecond, burst, clock } = this.options;
    const nowMs = clock.monotonicMs();
    this.allowance = Math.min(burst, this.allowance + ((nowMs - this.countedAtMs) / 1000) * perSecond);
    this.countedAtMs = nowMs;
  }
}
