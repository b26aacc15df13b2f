import { afterAll, describe, expect, it } from '@jest/globals';
import { planOf } from '../plan.js';
import { simulate } from '../simulation.js';
import { foundBy } from './found-by.js';
import { plantedBugs } from './planted-bugs.js';

const maxSeeds = 2_000;

/** All of them, the most promising first. */
const seedsFor = (bug: string): ReadonlySet<number> =>
  new Set([foundBy[bug] ?? 1, ...Array.from({ length: maxSeeds }, (_, n) => n + 1)]);

describe('A planted bug', () => {
  const found: string[] = [];
  afterAll(() => {
    process.stdout.write(`Planted bugs and the seeds that found them:\n${found.join('\n')}\n`);
  });

  it.each(plantedBugs)(
    `is found within ${maxSeeds} seeds: $name`,
    async ({ name, parts }) => {
      for (const seed of seedsFor(name)) {
        const { violation } = await simulate(planOf(seed), { parts });
        if (!violation) continue;
        found.push(`  ${name.padEnd(42)} seed ${String(seed).padStart(4)}: ${violation.invariant}`);
        return;
      }
      expect(name).toBe('a bug that is found');
    },
    10 * 60_000,
  );
});
