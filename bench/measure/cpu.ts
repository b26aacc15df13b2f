import type { Sample } from './sampler.js';

/** CPU seconds that each process used between two samples; only of those that were there at both. */
export function cpuBetween(before: Sample, after: Sample): Map<string, number> {
  const used = new Map<string, number>();
  for (const [name, { cpuSeconds }] of Object.entries(after.usage)) {
    const earlier = before.usage[name];
    if (earlier) used.set(name, cpuSeconds - earlier.cpuSeconds);
  }
  return used;
}

export function peakMemoryBytes(samples: readonly Sample[]): Map<string, number> {
  const peaks = new Map<string, number>();
  for (const { usage } of samples)
    for (const [name, { rssBytes }] of Object.entries(usage))
      peaks.set(name, Math.max(rssBytes, peaks.get(name) ?? 0));
  return peaks;
}

/**
 * How fast a process's memory grew, by a straight line through its samples (least squares), in bytes per minute;
 * 0 when there are too few to say.
 */
export function memoryGrowthPerMinute(samples: readonly Sample[], process: string): number {
  const points = samples.flatMap(({ atMs, usage }) =>
    usage[process] ? [[atMs / 60_000, usage[process].rssBytes] as const] : [],
  );
  if (points.length < 3) return 0;
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return spread === 0 ? 0 : points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
}
