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

/** Does what was planned, when it was planned, and to each target one thing at a time. Resolves when all is whole again. */
export async function wreak(chaos: ChaosStack, plan: readonly PlannedFault[], random: Random): Promise<void> {
  const begun = performance.now();
  const turns = new Map<string, Promise<void>>();
  for (const { kind, target, atMs, lastsMs } of plan) {
    await pause(Math.max(0, begun + atMs - performance.now()));
    const before = turns.get(target) ?? Promise.resolve();
    const done = before.then(() => deeds[kind](chaos, target, lastsMs, random));
    // Looked at in the end; until then it is not unhandled.
    done.catch(() => undefined);
    turns.set(target, done);
  }
  await Promise.all(turns.values());
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
