import type { StoredOrder } from '../faults/fault-report.js';

interface Span {
  readonly what: string;
  readonly from: number;
}

/** For how long nothing moves when something happens to a cluster: seconds without a new order, and without one that ends. */
export class Standstills {
  private readonly spans: Span[] = [];

  /** From now on, until the next is begun. */
  begin(what: string): void {
    this.spans.push({ what, from: Date.now() });
  }

  /** A line for each, once all is at rest. */
  report(orders: readonly StoredOrder[]): string[] {
    const accepted = orders.map(({ createdAt }) => Number(createdAt));
    const ended = orders.map(({ updatedAt }) => Number(updatedAt));
    return this.spans.map(({ what, from }, n) => {
      const to = this.spans[n + 1]?.from ?? Infinity;
      const [without, unended] = [accepted, ended].map((times) => longestPause(times, from, to));
      return `${what}: ${without} s without a new order, ${unended} s without one that ended`;
    });
  }
}

/** Between two of the times, from the beginning of the span at the earliest, and possibly beyond its end. */
function longestPause(times: readonly number[], from: number, to: number): string {
  const sorted = [...times].sort((a, b) => a - b);
  const pauses = sorted.slice(1).flatMap((time, n) => {
    const last = sorted[n]!;
    return time > from && last < to ? [time - Math.max(last, from)] : [];
  });
  return (Math.max(0, ...pauses) / 1000).toFixed(1);
}
