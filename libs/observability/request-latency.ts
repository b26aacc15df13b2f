import { registry } from './metrics.js';

export interface RequestLatency {
  /** Since the process started. */
  readonly requests: number;
  readonly averageMs: number;
  /** The bound that 99 % of the requests stayed below, as precise as the histogram's buckets. Null: above all bounds. */
  readonly p99Ms: number | null;
}

/** How long HTTP requests took, over all routes, from the metrics that are kept for Prometheus. */
export async function requestLatency(): Promise<RequestLatency> {
  const metric = await registry.getSingleMetric('http_request_duration_seconds')?.get();
  const sumOf = (suffix: string, bound?: string): number =>
    (metric?.values ?? [])
      .map((value) => value as { metricName?: string; labels: { le?: number | string }; value: number })
      .filter(
        ({ metricName, labels }) => metricName?.endsWith(suffix) && (!bound || String(labels.le) === bound),
      )
      .reduce((sum, { value }) => sum + value, 0);
  const requests = sumOf('_count');
  const bounds = [...new Set((metric?.values ?? []).map(({ labels }) => String(labels['le'] ?? '+Inf')))]
    .filter((bound) => bound !== '+Inf')
    .sort((a, b) => Number(a) - Number(b));
  const p99 = bounds.find((bound) => sumOf('_bucket', bound) >= requests * 0.99);
  return {
    requests,
    averageMs: requests === 0 ? 0 : Math.round((sumOf('_sum') / requests) * 1e5) / 100,
    p99Ms: p99 === undefined ? null : Number(p99) * 1000,
  };
}
