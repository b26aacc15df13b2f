import { setTimeout as pause } from 'node:timers/promises';
import { GreedyCaller, type Habit } from '../../../tools/faults/greedy-caller.js';
import { habitsOf } from '../../../tools/faults/greedy-habits.js';
import type { LineConditions } from '../../../tools/faults/tcp-line.js';
import { commitStatement } from '../../../tools/faults/tcp-proxy.js';
import { orderFor } from '../../support/order-client.js';
import { pick, type Random } from '../../support/random.js';
import type { FaultRun } from '../fault-run.js';
import { freezeWithRows, thawWithRows } from '../frozen-holder.js';
import { hold, type RowName } from '../rows.js';
import { placesPerInstance, type ChaosStack } from './chaos-stack.js';
import { partsOf, type FaultKind } from './fault-plan.js';

export interface Deed {
  readonly chaos: ChaosStack;
  readonly run: FaultRun;
  readonly target: string;
  readonly lastsMs: number;
  readonly random: Random;
}

/** What a deed could not do, because what it needed was not there: it does not count. */
export const notMet = Symbol('not met');

/** Each breaks something, waits, and has it whole again when it resolves. */
export const deeds: Readonly<Record<FaultKind, (deed: Deed) => Promise<unknown>>> = {
  'service killed': (deed) => restart(deed, 'SIGKILL'),
  'service asked to end': (deed) => restart(deed, 'SIGTERM'),
  'service frozen': freezeAll,
  'service frozen with rows': async ({ chaos, target, lastsMs }) => {
    const [service, line] = [chaos.service(target), chaos.line(`${target} to database`)];
    const frozen = freezeWithRows(service, line).then(() => true);
    const met = await Promise.race([frozen, pause(lastsMs, false)]);
    if (met) await pause(lastsMs);
    else line.forgetPlan();
    thawWithRows(service, line);
    return met ? undefined : notMet;
  },
  'participant silent': freezeAll,
  'database killed': restartServer,
  'database frozen': freezeServer,
  'broker killed': restartServer,
  'broker frozen': freezeServer,
  'line cut': async ({ chaos, target }) => void chaos.line(target).cut(),
  'line stalled': (deed) =>
    makeLine(deed, { stalled: pick(deed.random, ['to-server', 'to-client', 'both'] as const) }),
  'line delayed': (deed) => makeLine(deed, { delayMs: 20 + deed.random() * 280 }),
  'line slowed down': (deed) => makeLine(deed, { bytesPerSecond: 20_000 + deed.random() * 80_000 }),
  'line refused': async ({ chaos, target, lastsMs }) => {
    chaos.line(target).refuse();
    await pause(lastsMs);
    chaos.line(target).accept();
  },
  'line lost': async ({ chaos, target, lastsMs }) => {
    chaos.line(target).lose();
    await pause(lastsMs);
    chaos.line(target).accept();
  },
  'database line lost at a COMMIT': async ({ chaos, target, lastsMs, random }) => {
    const line = chaos.line(target);
    const lost = line.loseAt(commitStatement, pick(random, ['before', 'after'] as const)).then(() => true);
    if (await Promise.race([lost, pause(lastsMs, false)])) return undefined;
    line.forgetPlan();
    return notMet;
  },
  'broker line confirms late': (deed) => makeLine(deed, { delayMs: 12_000, delayed: 'to-client' }),
  'row held': async ({ chaos, target, lastsMs }) => {
    const row = await hold(chaos.stack.databases, target as RowName);
    if (!row) return notMet;
    await pause(lastsMs);
    return row.release();
  },
  'caller waits': pester('waits'),
  'caller withholds bodies': pester('withheld bodies'),
  'caller leaves answers unread': pester('unread answers'),
  'caller idles on connections': pester('idle connections'),
  'caller bursts': pester('burst'),
};

/** The instances of one service, or only one of them. */
async function freezeAll({ chaos, target, lastsMs }: Deed): Promise<void> {
  const services = partsOf(target).map((name) => chaos.service(name));
  for (const service of services) service.freeze();
  await pause(lastsMs);
  for (const service of services) service.thaw();
}

async function restart({ chaos, target, lastsMs }: Deed, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const service = chaos.service(target);
  await service.end(signal);
  await pause(lastsMs);
  await service.startUntilReady();
}

async function restartServer({ chaos, target, lastsMs }: Deed): Promise<void> {
  await chaos.server(target).kill();
  await pause(lastsMs);
  await chaos.server(target).startAgain();
}

async function freezeServer({ chaos, target, lastsMs }: Deed): Promise<void> {
  chaos.server(target).freeze();
  await pause(lastsMs);
  chaos.server(target).thaw();
}

async function makeLine(
  { chaos, target, lastsMs }: Deed,
  conditions: Partial<LineConditions>,
): Promise<void> {
  chaos.line(target).make(conditions);
  await pause(lastsMs);
  chaos.line(target).heal();
}

/** A little more than there are places. A burst is that many requests at once, and over when all are answered. */
function pester(habit: keyof ReturnType<typeof habitsOf>): (deed: Deed) => Promise<void> {
  return async ({ chaos, run, target, lastsMs, random }) => {
    const order = await run.placeOwn(target, orderFor('LED-BULB', 'tok_pending'));
    const chosen: Habit = habitsOf(chaos.stack.token(target), order)[habit];
    const connections = habit === 'burst' ? 1_300 : Math.ceil(placesPerInstance * 1.2);
    const caller = new GreedyCaller(new URL(pick(random, chaos.urls)), connections, chosen);
    if (habit === 'burst') await Promise.race([caller.answered, pause(20_000)]);
    else await pause(lastsMs);
    caller.end();
  };
}
