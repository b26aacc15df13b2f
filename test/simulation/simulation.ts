import { Logger } from '@nestjs/common';
import { replaceChance } from '#libs/kernel/chance.js';
import { perform } from './perform.js';
import { checkFinalState } from './invariants/check-final-state.js';
import { faultyMs, type Plan } from './plan.js';
import type { Parts } from './services/parts.js';
import { SimulatedSystem } from './simulated-system.js';
import { Coverage } from './world/coverage.js';
import { Faults } from './world/faults.js';
import { Schedule } from './world/schedule.js';
import { SeededChance } from './world/seeded-chance.js';
import type { World } from './world/simulation-world.js';
import { Trace } from './world/trace.js';

export interface Violation {
  /** The sentence that does not hold. */
  readonly invariant: string;
  readonly detail: string;
}

export interface RunResult {
  /** The first; null when all held. */
  readonly violation: Violation | null;
  readonly coverage: Coverage;
  readonly trace: Trace;
  readonly eventCount: number;
  readonly simulatedMs: number;
}

export interface RunOptions {
  readonly parts?: Parts;
  readonly keepTrace?: boolean;
}

const start = new Date('2026-01-01T00:00:00.000Z');

/** Within this time after the faults have stopped, the system has to become idle. */
const maxRecoveryMs = 4 * 3600_000;
const checkEveryMs = 2_000;

let isUnderWay = false;

/**
 * One run: the same for the same plan and parts, however often.
 * @throws Error while another run is under way in this process: the two would draw from the same chance.
 */
export async function simulate(plan: Plan, options: RunOptions = {}): Promise<RunResult> {
  if (isUnderWay) throw new Error('another run is under way');
  Logger.overrideLogger(false);
  const world = worldOf(plan, options.keepTrace ?? false);
  const putBack = replaceChance(world.chance);
  isUnderWay = true;
  try {
    return await run(world, plan, options.parts ?? {});
  } finally {
    isUnderWay = false;
    putBack();
  }
}

function worldOf(plan: Plan, keepTrace: boolean): World {
  const schedule = new Schedule(start);
  const chance = new SeededChance(plan.seed * 1_000 + plan.salt + 1, () => schedule.now);
  const coverage = new Coverage();
  const faults = new Faults(plan.faults, chance, coverage);
  const trace = new Trace(() => schedule.now, start.getTime(), keepTrace);
  return { schedule, chance, faults, coverage, trace };
}

async function run(world: World, plan: Plan, parts: Parts): Promise<RunResult> {
  const { schedule, faults, trace, coverage } = world;
  let violation: Violation | null = null;
  const isOver = (): boolean => violation !== null;
  const system = new SimulatedSystem(world, plan, parts, (invariant, detail) => {
    trace.note('VIOLATION', () => `${invariant}: ${detail}`);
    violation ??= { invariant, detail };
  });
  for (const operation of plan.operations) schedule.after(operation.at, () => perform(system, operation));
  await schedule.runUntil(start.getTime() + faultyMs, isOver);
  if (!isOver()) {
    trace.note('world', () => 'the faults stop');
    faults.stop();
    system.recover();
    const end = schedule.now + maxRecoveryMs;
    while (!isOver() && !system.isSettled() && schedule.now < end) {
      await schedule.runUntil(schedule.now + checkEveryMs, isOver);
      system.shopkeeper.redrive(system.broker, system.rogueClient, system.untruths);
    }
    if (!isOver()) checkFinalState(system);
  }
  const simulatedMs = schedule.now - start.getTime();
  return { violation, coverage, trace, eventCount: schedule.eventCount, simulatedMs };
}
