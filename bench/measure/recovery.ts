import type { Run } from './run-load.js';

/** Up to so many times what it was before still counts as normal: a second has few answers, so its p99 is noisy. */
const tolerance = 2;
const minNormalMs = 50;
const minNormalBacklog = 50;

/**
 * Seconds from the end of a flood until accept latency and backlog are what they were before it under the same calm
 * load; -1 when that does not happen while the load lasts.
 */
export function recoverySeconds({
  floodEndMs,
  before,
  after,
}: {
  floodEndMs: number;
  before: Run;
  after: Run;
}): number {
  const normalMs = Math.max(minNormalMs, before.load.accepted.p99Ms * tolerance);
  const normalBacklog = Math.max(minNormalBacklog, Math.max(...before.samples.map(backlogOf)) * tolerance);
  const samples = [
    ...after.load.everySecond.map(({ atMs, p99Ms, refused }) => ({
      atMs,
      normal: p99Ms <= normalMs && refused === 0,
    })),
    ...after.samples.map((sample) => ({ atMs: sample.atMs, normal: backlogOf(sample) <= normalBacklog })),
  ];
  return normalAfter(samples, floodEndMs);
}

const backlogOf = ({ counts }: Run['samples'][number]): number => counts.begunSagas - counts.endedSagas;

/**
 * Seconds from a moment until the first sample from which on all are normal; -1 when the last one is not, or there is
 * none. Nobody knows what went on before the first sample, so the result is never less than the time until then.
 */
export function normalAfter(
  samples: readonly { readonly atMs: number; readonly normal: boolean }[],
  fromMs: number,
): number {
  const inOrder = [...samples].sort((a, b) => a.atMs - b.atMs);
  const lastBad = inOrder.findLastIndex(({ normal }) => !normal);
  const firstGood = inOrder[lastBad + 1];
  return firstGood === undefined ? -1 : Math.max(0, (firstGood.atMs - fromMs) / 1000);
}
