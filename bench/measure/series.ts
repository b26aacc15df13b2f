import type { Series } from '../section.js';
import type { Sample } from './sampler.js';

type Points = Series['points'];

/** How fast a growing count grew between each sample and the one before it, per second, by the seconds since the first. */
export function rateOf(samples: readonly Sample[], count: (sample: Sample) => number | undefined): Points {
  return pairsOf(samples).flatMap(([earlier, later]) => {
    const [from, to] = [count(earlier), count(later)];
    const seconds = (later.atMs - earlier.atMs) / 1000;
    return from === undefined || to === undefined || seconds <= 0
      ? []
      : [[secondsSince(samples, later), (to - from) / seconds] as const];
  });
}

/** A value as it was at each sample. */
export function courseOf(samples: readonly Sample[], value: (sample: Sample) => number | undefined): Points {
  return samples.flatMap((sample) => {
    const found = value(sample);
    return found === undefined ? [] : [[secondsSince(samples, sample), found] as const];
  });
}

/** Mean size of the groups that committed between each sample and the one before it. */
export function groupSizeOf(samples: readonly Sample[], database: string): Points {
  return pairsOf(samples).flatMap(([earlier, later]) => {
    const size = meanGroupSize(earlier, later, database);
    return size === undefined ? [] : [[secondsSince(samples, later), size] as const];
  });
}

export function meanGroupSize(earlier: Sample, later: Sample, database: string): number | undefined {
  const before = earlier.counts.groups[database] ?? { units: 0, groups: 0 };
  const after = later.counts.groups[database];
  if (!after || after.groups <= before.groups) return undefined;
  return (after.units - before.units) / (after.groups - before.groups);
}

export const processNames = (samples: readonly Sample[]): string[] => [
  ...new Set(samples.flatMap(({ usage }) => Object.keys(usage))),
];

export const databaseNames = (samples: readonly Sample[]): string[] => [
  ...new Set(samples.flatMap(({ counts }) => Object.keys(counts.groups))),
];

const secondsSince = (samples: readonly Sample[], { atMs }: Sample): number =>
  (atMs - samples[0]!.atMs) / 1000;

const pairsOf = (samples: readonly Sample[]): (readonly [Sample, Sample])[] =>
  samples.slice(1).map((sample, index) => [samples[index]!, sample] as const);
