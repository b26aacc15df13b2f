import { describe, expect, it, jest } from '@jest/globals';
import { planOf } from './plan.js';
import { simulate } from './simulation.js';

const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

jest.setTimeout(5 * 60_000);

describe('A run of the simulation', () => {
  it('is the same for the same seed, event by event, message by message', async () => {
    for (const seed of seeds) {
      const first = await simulate(planOf(seed), { keepTrace: true });
      const again = await simulate(planOf(seed), { keepTrace: true });
      expect(first.trace.lines.length).toBeGreaterThan(100);
      expect(again.trace.lines).toEqual(first.trace.lines);
      expect(again.trace.digest).toBe(first.trace.digest);
    }
  });

  it('does not depend on what ran before it, nor on whether somebody looks', async () => {
    const [seed, other] = [20, 21];
    const alone = await simulate(planOf(seed), { keepTrace: true });
    await simulate(planOf(other));
    const after = await simulate(planOf(seed));
    expect([after.eventCount, after.coverage.toJSON()]).toEqual([alone.eventCount, alone.coverage.toJSON()]);
  });

  it('is the only one of its process', async () => {
    const first = simulate(planOf(1));
    await expect(simulate(planOf(2))).rejects.toThrow('another run is under way');
    await first;
  });

  it('is another one for every seed', async () => {
    const digests = new Set<string>();
    for (const seed of seeds) digests.add((await simulate(planOf(seed), { keepTrace: true })).trace.digest);
    expect(digests.size).toBe(seeds.length);
  });
});
