import { describe, expect, it } from '@jest/globals';
import { backoffMs } from './backoff.js';

const waits = (random: () => number): number[] =>
  [1, 2, 3, 4, 5, 1_000].map((attempt) => backoffMs(attempt, { firstMs: 200, capMs: 1_000, random }));

describe('Backoff', () => {
  it('doubles up to the cap, for whatever number of attempts', () => {
    expect(waits(() => 1)).toEqual([200, 400, 800, 1_000, 1_000, 1_000]);
  });

  it('is half random', () => {
    expect(waits(() => 0)).toEqual([100, 200, 400, 500, 500, 500]);
  });
});
