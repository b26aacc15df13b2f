import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../support/random.js';
import type { FaultRun } from '../fault-run.js';
import type { ChaosStack } from './chaos-stack.js';
import { deeds, notMet } from './deeds.js';
import { partsOf, type FaultKind, type PlannedFault } from './fault-plan.js';

/**
 * Does what was planned, when it was planned. What is still being broken or repaired then is left alone: on a slow
 * machine a service would be killed just as it starts, every time. Resolves with what was done, when all is whole again.
 */
export async function wreak(
  chaos: ChaosStack,
  run: FaultRun,
  plan: readonly PlannedFault[],
  random: Random,
): Promise<FaultKind[]> {
  const begun = performance.now();
  const busyUntil = new Map<string, number>();
  const doing: Promise<void>[] = [];
  const done: FaultKind[] = [];
  for (const { kind, target, atMs, lastsMs, recoveryMs } of plan) {
    await pause(Math.max(0, begun + atMs - performance.now()));
    const parts = partsOf(target);
    if (parts.some((part) => (busyUntil.get(part) ?? 0) > performance.now())) continue;
    for (const part of parts) busyUntil.set(part, Infinity);
    const whole = deeds[kind]({ chaos, run, target, lastsMs, random }).then((outcome) => {
      if (outcome !== notMet) done.push(kind);
      for (const part of parts) busyUntil.set(part, performance.now() + recoveryMs);
    });
    // Awaited at the end; until then a failure is not unhandled.
    whole.catch(() => undefined);
    doing.push(whole);
  }
  await Promise.all(doing);
  return done;
}
