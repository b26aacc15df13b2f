import type { Coverage } from './coverage.js';
import type { Faults } from './faults.js';
import type { Life } from './life.js';
import type { Schedule } from './schedule.js';
import type { SeededChance } from './seeded-chance.js';
import type { Trace } from './trace.js';

/** What all parts of a run share. */
export interface World {
  readonly schedule: Schedule;
  readonly chance: SeededChance;
  readonly faults: Faults;
  readonly coverage: Coverage;
  readonly trace: Trace;
}

/** Longer than leases and lock waits. */
const maxStallMs = 40_000;

/**
 * The time that a step takes, at whose end the process may stall or be killed: every step with an effect outside of the
 * process goes through here, so that crashes fall between any two of them.
 */
export async function step(world: World, life: Life, fromMs: number, toMs: number): Promise<void> {
  await life.pause(world.chance.longTailed(fromMs, toMs));
  if (world.faults.strikes('stalled')) {
    world.trace.note(life.name, () => 'stalls');
    await life.pause(world.chance.longTailed(100, maxStallMs));
  }
  if (!world.faults.strikes('killed-at-a-step')) return;
  life.end();
  await never();
}

/** A promise that stays pending: what a killed process waits for. */
export const never = <Result>(): Promise<Result> => new Promise<Result>(() => undefined);
