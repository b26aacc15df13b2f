import { readAnswers } from '../measure/answers.js';
import type { Run } from '../measure/run-load.js';
import type { Metric, Series } from '../section.js';

/** What every load says of itself. */
export function acceptMetrics(name: string, run: Run): Metric[] {
  const { refused, other } = readAnswers(run.load);
  const notes = [
    refused > 0 && `${refused} answered 503`,
    other > 0 && `${other} other answers, or none`,
  ].filter(Boolean);
  return [
    {
      name: `${name}: accepted`,
      value: run.acceptedPerSecond,
      unit: 'orders/s',
      ...(notes.length > 0 && { note: notes.join(', ') }),
    },
    { name: `${name}: accept p50`, value: run.load.accepted.p50Ms, unit: 'ms' },
    { name: `${name}: accept p99`, value: run.load.accepted.p99Ms, unit: 'ms' },
    { name: `${name}: accept p99.9`, value: run.load.accepted.p999Ms, unit: 'ms' },
  ];
}

export const latencySeries = (name: string, run: Run): Series => ({
  name,
  points: run.load.accepted.distribution,
});
