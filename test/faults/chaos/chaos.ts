import { setTimeout as pause } from 'node:timers/promises';
import { pick, type Random } from '../../support/random.js';
import type { ChaosStack } from './chaos-stack.js';
import type { FaultKind, PlannedFault } from './fault-plan.js';

type Deed = (chaos: ChaosStack, target: string, lastsMs: number, random: Random) => Promise<void>;

/** Each breaks something, waits, and has it whole again when it resolves. */
const deeds: Readonly<Record<FaultKind, Deed>> = {
  'service killed': (chaos, name, lastsMs) => restart(chaos, name, 'SIGKILL', lastsMs),
  'service asked to end': (chaos, name, lastsMs) => restart(chaos, name, 'SIGTERM', lastsMs),
  'service frozen': async (chaos, name, lastsMs) => {
    chaos.service(name).freeze();
    await pause(lastsMs);
    chaos.service(name).thaw();
  },
  'database killed': restartServer,
  'broker killed': restartServer,
  'line cut': async (chaos, name) => void chaos.line(name).cut(),
  'line stalled': (chaos, name, lastsMs, random) =>
    makeLine(chaos, name, lastsMs, { stalled: pick(random, ['to-server', 'to-client', 'both'] as const) }),
  'line delayed': (chaos, name, lastsMs, random) =>
    makeLine(chaos, name, lastsMs, { delayMs: 20 + random() * 280 }),
  'line slowed down': (chaos, name, lastsMs, random) =>
    makeLine(chaos, name, lastsMs, { bytesPerSecond: 20_000 + random() * 80_000 }),
  'line refused': async (chaos, name, lastsMs) => {
    chaos.line(name).refuse();
    await pause(lastsMs);
    chaos.line(name).accept();
  },
};

/**
 * Does what was planned, when it was planned. What is still being broken or repaired then is left alone: on a slow machine
 * a service would be killed in the moment of its start, every time. Resolves with what was done, when all is whole again.
 */
export async function wreak(
  chaos: ChaosStack,
  plan: readonly PlannedFault[],
  random: Random,
): Promise<FaultKind[]> {
  const begun = performance.now();
  const busyUntil = new Map<string, number>();
  const doing: Promise<void>[] = [];
  const done: FaultKind[] = [];
  for (const { kind, target, atMs, lastsMs, recoveryMs } of plan) {
    await pause(Math.max(0, begun + atMs - performance.now()));
    if ((busyUntil.get(target) ?? 0) > performance.now()) continue;
    busyUntil.set(target, Infinity);
    done.push(kind);
    const whole = deeds[kind](chaos, target, lastsMs, random).then(
      () => void busyUntil.set(target, performance.now() + recoveryMs),
    );
    // Looked at in the end; until then it is not unhandled.
    whole.catch(() => undefined);
    doing.push(whole);
  }
  await Promise.all(doing);
  return done;
}

async function restart(
  chaos: ChaosStack,
  name: string,
  signal: 'SIGKILL' | 'SIGTERM',
  lastsMs: number,
): Promise<void> {
  const service = chaos.service(name);
  await service.end(signal);
  await pause(lastsMs);
  await service.startUntilReady();
}

async function restartServer(chaos: ChaosStack, name: string, lastsMs: number): Promise<void> {
  await chaos.server(name).kill();
  await pause(lastsMs);
  await chaos.server(name).startAgain();
}

async function makeLine(
  chaos: ChaosStack,
  name: string,
  lastsMs: number,
  conditions: Parameters<ReturnType<ChaosStack['line']>['make']>[0],
): Promise<void> {
  chaos.line(name).make(conditions);
  await pause(lastsMs);
  chaos.line(name).heal();
}
