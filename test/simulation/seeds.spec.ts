import { describe, expect, it } from '@jest/globals';
import { runSeeds } from './cli/run-seeds.js';

const seedCount = 2_000;

describe(`${seedCount} seeds of the simulation`, () => {
  it(
    'violate no invariant, and get everywhere',
    async () => {
      const { done, failures } = await runSeeds(1, seedCount, {
        bug: undefined,
        workers: undefined,
        onProgress: () => undefined,
      });
      expect(failures).toEqual([]);
      expect(done).toBe(seedCount);
    },
    15 * 60_000,
  );
});
