import type { LoadPlan, LoadResult } from '../load/load.js';
import type { SystemUnderTest } from '../system-under-test/system-under-test.js';
import { NodeProcess } from '../system-under-test/node-process.js';
import type { Servers } from '../system-under-test/servers.js';
import { Sampler, type Sample } from './sampler.js';
import { serverProcesses } from './server-processes.js';

/** A load as it was put on a system under test, and what came of it. */
export interface Run {
  readonly load: LoadResult;
  readonly acceptedPerSecond: number;
  /** Sagas that ended while the load was on: what is worked off later does not count. */
  readonly endedPerSecond: number;
  /** Sagas that had not ended when the load did. */
  readonly backlog: number;
  /** The first is from right before the load, the last from right after it, or from when everything was idle. */
  readonly samples: readonly Sample[];
}

type Unaddressed<Plan> = Plan extends unknown ? Omit<Plan, 'orderUrl' | 'caller'> : never;
/** untilIdle: the last sample is taken once every saga has ended, so that all that the orders cost is in it. */
export type Load = Unaddressed<LoadPlan> & { readonly untilIdle?: boolean };

/** What a load needs of its section's context. */
export interface LoadPlace {
  readonly servers: Servers;
  readonly logs: string;
  /** When loads ran, for reading the profiles of that time. */
  readonly spans: LoadSpan[];
}

export interface LoadSpan {
  /** Microseconds of the system's monotonic clock. */
  readonly fromUs: number;
  readonly toUs: number;
  readonly orders: number;
}

/** The load generator and this process are watched like all others. */
export async function runLoad(system: SystemUnderTest, load: Load, where: LoadPlace): Promise<Run> {
  const generator = NodeProcess.start({
    name: 'load generator',
    file: 'bench/load/main.js',
    environment: { NODE_ENV: 'production' },
    logFolder: where.logs,
  });
  try {
    await generator.message(); // it is ready
    const sampler = new Sampler(system, [
      ...serverProcesses(where.servers),
      { name: generator.name, pid: generator.pid },
      { name: 'harness', pid: process.pid },
    ]);
    const before = await sampler.start();
    const fromUs = monotonicUs();
    const answered = generator.message();
    generator.send({ ...load, orderUrl: system.orderUrl, caller: system.caller } satisfies LoadPlan);
    const result = (await answered) as LoadResult;
    const after = await sampler.sample();
    const orders = after.counts.accepted - before.counts.accepted;
    where.spans.push({ fromUs, toUs: monotonicUs(), orders });
    if (load.untilIdle) await system.untilIdle();
    await sampler.stop();
    const seconds = (after.counts.atMs - before.counts.atMs) / 1000;
    return {
      load: result,
      acceptedPerSecond: orders / seconds,
      endedPerSecond: (after.counts.endedSagas - before.counts.endedSagas) / seconds,
      backlog: after.counts.begunSagas - after.counts.endedSagas,
      samples: sampler.samples,
    };
  } finally {
    await generator.end();
  }
}

/** A closed load that nobody counts; none in a quick run, whose results nobody judges. */
export async function warmUp(
  system: SystemUnderTest,
  clients: { connections: number; readers?: number },
  where: LoadPlace & { readonly options: { readonly warmUpSeconds: number } },
): Promise<void> {
  const { warmUpSeconds: seconds } = where.options;
  if (seconds > 0) await runLoad(system, { kind: 'closed', ...clients, seconds }, where);
}

const monotonicUs = (): number => Number(process.hrtime.bigint() / 1000n);
