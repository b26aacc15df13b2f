import { Latencies } from '../measure/latencies.js';
import type { LoadResult, LoadSecond } from './load.js';

/** Counts answers as they come, over all and second by second. */
export class Tally {
  errors = 0;
  unsent = 0;
  private readonly answers = new Map<number, number>();
  private readonly accepted = new Latencies();
  private readonly refused = new Latencies();
  private refusedWithRetryAfter = 0;
  private readonly orders: LoadResult['orders'][number][] = [];
  private readonly seconds: LoadSecond[] = [];
  private second = { accepted: new Latencies(), refused: 0 };
  private readonly startedAt = performance.now();
  private readonly timer = setInterval(() => this.endSecond(), 1000);

  answer(status: number, ms: number, { saysRetryAfter = false } = {}): void {
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
    if (status >= 200 && status < 300) {
      this.accepted.record(ms);
      this.second.accepted.record(ms);
    } else if (status === 503) {
      this.refused.record(ms);
      this.second.refused += 1;
      if (saysRetryAfter) this.refusedWithRetryAfter += 1;
    }
  }

  order(id: string, dueAtMs: number): void {
    this.orders.push({ id, dueAtMs });
  }

  end(): LoadResult {
    clearInterval(this.timer);
    return {
      seconds: (performance.now() - this.startedAt) / 1000,
      answers: Object.fromEntries(this.answers),
      errors: this.errors,
      unsent: this.unsent,
      accepted: this.accepted.summary(),
      refused: this.refused.summary(),
      refusedWithRetryAfter: this.refusedWithRetryAfter,
      everySecond: this.seconds,
      orders: this.orders,
    };
  }

  private endSecond(): void {
    const { accepted, refused } = this.second;
    this.seconds.push({
      atMs: Date.now(),
      accepted: accepted.count,
      refused,
      p50Ms: accepted.percentile(0.5),
      p99Ms: accepted.percentile(0.99),
    });
    this.second = { accepted: new Latencies(), refused: 0 };
  }
}
