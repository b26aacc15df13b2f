import { describe, expect, it } from '@jest/globals';
import { phases } from './jest-phases.mjs';
import { portRange, portsOfPhase } from './ports.mjs';

/** From here on systems give ports to whoever connects. */
const firstOfClients = 32_768;

const rangesOf = (workers: number) =>
  phases.flatMap((_, index) =>
    Array.from({ length: workers }, (_, worker) =>
      portRange({ ...portsOfPhase(index), JEST_WORKER_ID: String(worker + 1) }),
    ),
  );

describe('ports', () => {
  it('of tests that run side by side are never the same', () => {
    const ranges = rangesOf(Math.max(...phases.map(({ workers }) => workers)));
    const ports = ranges.flatMap(({ from, count }) => Array.from({ length: count }, (_, n) => from + n));
    expect(new Set(ports).size).toBe(ports.length);
  });

  it.each([
    ['tests', rangesOf(4)],
    ['all else', [portRange({})]],
  ])('of %s are none that a client could be given meanwhile', (_, ranges) => {
    for (const { from, count } of ranges) {
      expect(from).toBeGreaterThan(1_024);
      expect(from + count).toBeLessThanOrEqual(firstOfClients);
    }
  });
});
