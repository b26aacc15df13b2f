import { describe, expect, it } from '@jest/globals';
import { Latencies, percentileOf } from './latencies.js';

const of = (...all: readonly number[]): Latencies => {
  const latencies = new Latencies();
  for (const ms of all) latencies.record(ms);
  return latencies;
};
const oneToThousand = of(...Array.from({ length: 1000 }, (_, n) => n + 1));

describe('latencies', () => {
  it.each([
    [0.5, 500],
    [0.99, 990],
    [0.999, 999],
    [1, 1000],
  ])('know the %d quantile to three digits and never make it look shorter', (share, exact) => {
    const found = oneToThousand.percentile(share);
    expect(found).toBeGreaterThanOrEqual(exact);
    expect(found).toBeLessThanOrEqual(exact * 1.001);
  });

  it('know short ones to the microsecond, rounded up', () => {
    expect(of(0.0421).percentile(1)).toBe(0.043);
  });

  it('count what is too short or too long to be told apart', () => {
    const extremes = of(0, 1e12);
    expect(extremes.count).toBe(2);
    expect(extremes.percentile(0.5)).toBe(0.001);
    expect(extremes.percentile(1)).toBeGreaterThanOrEqual(3_600_000);
  });

  it('are 0 when there are none', () => {
    expect(new Latencies().percentile(0.99)).toBe(0);
    expect(new Latencies().distribution()).toEqual([]);
    expect(percentileOf([], 0.99)).toBe(0);
  });

  it('add up', () => {
    const sum = Latencies.sumOf([of(1, 2), of(300), new Latencies()]);
    expect(sum.count).toBe(3);
    expect(sum.distribution()).toEqual(of(1, 2, 300).distribution());
  });

  it('are distributed up to all of them', () => {
    const points = oneToThousand.distribution();
    expect(points.at(-1)).toEqual([oneToThousand.percentile(1), 100]);
    expect(points[99]).toEqual([oneToThousand.percentile(0.5), 50]);
    expect(points.map(([ms]) => ms)).toEqual(points.map(([ms]) => ms).sort((a, b) => a - b));
  });

  it('pass between processes as their summary', () => {
    const summary = oneToThousand.summary();
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
    expect(summary.p99Ms).toBe(oneToThousand.percentile(0.99));
    expect(summary.p999Ms).toBe(oneToThousand.percentile(0.999));
  });

  it('of a short list are those of the list', () => {
    expect(percentileOf([30, 10, 20], 0.5)).toBe(20);
    expect(percentileOf([30, 10, 20], 0.99)).toBe(30);
  });
});
