import type { Run } from '../measure/run-load.js';
import { courseOf, databaseNames, groupSizeOf, processNames, rateOf } from '../measure/series.js';
import type { Axis, Plot, Series } from '../section.js';

const seconds: Axis = { label: 'seconds' };
const megabyte = 1024 * 1024;

/** How a load went, second by second. */
export function plotsOfRun(name: string, run: Run): Plot[] {
  const { samples } = run;
  const startMs = samples[0]!.atMs;
  const answers = (value: (second: Run['load']['everySecond'][number]) => number): Series['points'] =>
    run.load.everySecond.map((second) => [(second.atMs - startMs) / 1000, value(second)] as const);
  return [
    {
      title: `${name}: throughput`,
      x: seconds,
      y: { label: 'orders/s' },
      series: [
        { name: 'accepted', points: rateOf(samples, ({ counts }) => counts.accepted) },
        { name: 'completed', points: rateOf(samples, ({ counts }) => counts.endedSagas) },
      ],
    },
    {
      title: `${name}: accept latency`,
      x: seconds,
      y: { label: 'ms' },
      series: [
        { name: 'p50', points: answers(({ p50Ms }) => p50Ms) },
        { name: 'p99', points: answers(({ p99Ms }) => p99Ms) },
      ],
    },
    {
      title: `${name}: mean group size`,
      x: seconds,
      y: { label: 'units of work per transaction' },
      series: databaseNames(samples).map((database) => ({
        name: database,
        points: groupSizeOf(samples, database),
      })),
    },
    {
      title: `${name}: CPU`,
      x: seconds,
      y: { label: '% of one core' },
      series: processNames(samples).map((process) => ({
        name: process,
        points: rateOf(samples, ({ usage }) => usage[process] && usage[process].cpuSeconds * 100),
      })),
    },
    memoryPlot(name, samples),
    {
      title: `${name}: event-loop delay, p99`,
      x: seconds,
      y: { label: 'ms' },
      series: Object.keys(samples.at(-1)!.counts.eventLoopDelayMs).map((process) => ({
        name: process,
        points: courseOf(samples, ({ counts }) => counts.eventLoopDelayMs[process]),
      })),
    },
  ].filter(({ series }) => series.some(({ points }) => points.length > 1));
}

export const memoryPlot = (name: string, samples: Run['samples']): Plot => ({
  title: `${name}: resident memory`,
  x: seconds,
  y: { label: 'MB' },
  series: processNames(samples).map((process) => ({
    name: process,
    points: courseOf(samples, ({ usage }) => usage[process] && usage[process].rssBytes / megabyte),
  })),
});
