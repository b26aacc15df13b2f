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
  ])('know the %d quantile to 2 %% and never make it look shorter', (share, exact) => {
    const found = oneToThousand.percentile(share);
    expect(found).toBeGreaterThanOrEqual(exact);
    expect(found).toBeLessThanOrEqual(exact * 1.02);
  });

  it('know the longest one exactly', () => {
    expect(of(3, 12.345, 7).percentile(1)).toBe(12.345);
  });

  it('take what is too short or too long for their buckets', () => {
    const extremes = of(0, 1e12);
    expect(extremes.count).toBe(2);
    expect(extremes.percentile(0.5)).toBeCloseTo(0.01);
    expect(extremes.percentile(1)).toBe(1e12);
  });

  it('are 0 when there are none', () => {
    expect(new Latencies().percentile(0.99)).toBe(0);
    expect(percentileOf([], 0.99)).toBe(0);
  });

  it('add up', () => {
    const sum = Latencies.sumOf([of(1, 2), of(300), new Latencies()]);
    expect(sum.distribution()).toEqual(of(1, 2, 300).distribution());
    expect(sum.percentile(1)).toBe(300);
  });

  it('pass between processes unchanged', () => {
    const copy = Latencies.from(
      JSON.parse(JSON.stringify(oneToThousand.toCounts())) as ReturnType<Latencies['toCounts']>,
    );
    expect(copy.count).toBe(1000);
    expect(copy.distribution()).toEqual(oneToThousand.distribution());
  });

  it('are distributed up to all of them', () => {
    const points = oneToThousand.distribution();
    expect(points.at(-1)![1]).toBe(1);
    expect(points.map(([, share]) => share)).toEqual(points.map(([, share]) => share).sort((a, b) => a - b));
  });

  it('of a short list are those of the list', () => {
    expect(percentileOf([30, 10, 20], 0.5)).toBe(20);
    expect(percentileOf([30, 10, 20], 0.99)).toBe(30);
  });
});
