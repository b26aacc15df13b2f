import { afterAll, describe, expect, it } from '@jest/globals';
import { planOf } from '../plan.js';
import { simulate } from '../simulation.js';
import { plantedBugs } from './planted-bugs.js';

const seedsMax = 2_000;

describe('A planted bug', () => {
  const found: string[] = [];
  afterAll(() => {
    process.stdout.write(`Planted bugs and the seeds that found them:\n${found.join('\n')}\n`);
  });

  it.each(plantedBugs)(
    `is found within ${seedsMax} seeds: $name`,
    async ({ name, parts }) => {
      for (let seed = 1; seed <= seedsMax; seed += 1) {
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
