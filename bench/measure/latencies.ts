const shortestMs = 0.01;
const step = 1.02;
const bucketCount = 1_100;

/** Latencies, counted in buckets that are 2 % wide from 10 µs upwards: any number of them in the same small memory. */
export class Latencies {
  private readonly counts = new Uint32Array(bucketCount);
  private total = 0;
  private longestMs = 0;

  static from({ buckets, longestMs }: LatencyCounts): Latencies {
    const latencies = new Latencies();
    for (const [bucket, count] of buckets) {
      latencies.counts[bucket] = count;
      latencies.total += count;
    }
    latencies.longestMs = longestMs;
    return latencies;
  }

  static sumOf(parts: readonly Latencies[]): Latencies {
    const sum = new Latencies();
    for (const part of parts) {
      for (const [bucket, count] of part.counts.entries()) sum.counts[bucket] = sum.counts[bucket]! + count;
      sum.total += part.total;
      sum.longestMs = Math.max(sum.longestMs, part.longestMs);
    }
    return sum;
  }

  get count(): number {
    return this.total;
  }

  get maxMs(): number {
    return this.longestMs;
  }

  record(ms: number): void {
    const bucket = Math.ceil(Math.log(ms / shortestMs) / Math.log(step));
    const known = Math.min(Math.max(bucket, 0), bucketCount - 1);
    this.counts[known] = this.counts[known]! + 1;
    this.total += 1;
    if (ms > this.longestMs) this.longestMs = ms;
  }

  /** The latency that this share of all did not exceed, at most 2 % too long; 0 when there are none. */
  percentile(share: number): number {
    let left = Math.max(1, Math.ceil(share * this.total));
    for (const [bucket, count] of this.counts.entries()) {
      left -= count;
      if (left <= 0 && bucket < bucketCount - 1) return Math.min(upperEdge(bucket), this.longestMs);
    }
    return this.longestMs;
  }

  /** Points of the distribution: the share that took at most so long. */
  distribution(): (readonly [ms: number, share: number])[] {
    const points: (readonly [number, number])[] = [];
    let sum = 0;
    for (const [bucket, count] of this.counts.entries()) {
      if (count === 0) continue;
      sum += count;
      points.push([upperEdge(bucket), sum / this.total]);
    }
    return points;
  }

  toCounts(): LatencyCounts {
    const buckets = [...this.counts.entries()].filter(([, count]) => count > 0);
    return { buckets, longestMs: this.longestMs };
  }
}

/** As it passes between processes. */
export interface LatencyCounts {
  readonly buckets: readonly (readonly [bucket: number, count: number])[];
  readonly longestMs: number;
}

const upperEdge = (bucket: number): number => shortestMs * step ** bucket;

/** Of a list that is small enough to be kept: the value that this share of all did not exceed. */
export function percentileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
