import { createHistogram } from 'node:perf_hooks';

const maxUs = 3_600_000_000;

/** Latencies to three digits, from 1 µs to an hour: any number of them in the same small memory. */
export class Latencies {
  private readonly histogram = createHistogram({ highest: maxUs, figures: 3 }); // eslint-disable-line no-restricted-syntax -- Node's name for it

  static sumOf(parts: readonly Latencies[]): Latencies {
    const sum = new Latencies();
    for (const { histogram } of parts) sum.histogram.add(histogram);
    return sum;
  }

  get count(): number {
    return this.histogram.count;
  }

  record(ms: number): void {
    this.histogram.record(Math.min(Math.max(Math.ceil(ms * 1000), 1), maxUs));
  }

  /** The latency that this share of all did not exceed, never made to look shorter; 0 when there are none. */
  percentile(share: number): number {
    return this.histogram.percentile(share * 100) / 1000;
  }

  /** Points of the distribution: the latency that so many per cent did not exceed. */
  distribution(): Distribution {
    if (this.count === 0) return [];
    return Array.from({ length: 200 }, (_, n) => [this.percentile((n + 1) / 200), (n + 1) / 2]);
  }

  summary(): LatencySummary {
    return {
      p50Ms: this.percentile(0.5),
      p99Ms: this.percentile(0.99),
      p999Ms: this.percentile(0.999),
      distribution: this.distribution(),
    };
  }
}

export type Distribution = readonly (readonly [ms: number, percent: number])[];

/** As it passes between processes: a histogram cannot. */
export interface LatencySummary {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly distribution: Distribution;
}

/** Of a list that is small enough to be kept: the value that this share of all did not exceed. */
export function percentileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
