import { runLoad, warmUp, type Run } from '../measure/run-load.js';
import { Sampler, type Sample } from '../measure/sampler.js';
import { rateOf } from '../measure/series.js';
import type { BenchContext, Metric, Plot, Section } from '../section.js';
import type { Instance, ServicesUnderTest } from '../system-under-test/services-under-test.js';
import { memoryPlot } from './plots.js';
import { serverProcesses } from '../measure/server-processes.js';

const api: Instance = { service: 'order-service', environment: { ROLES: 'api' } };
const workers: readonly Instance[] = [1, 2].map((n) => ({
  service: 'order-service',
  name: `order-worker-${n}`,
  environment: { ROLES: 'worker' },
}));
const participants: readonly Instance[] = [{ service: 'inventory-service' }, { service: 'payment-service' }];

/** The backlog is filled by loads of at most this length, and by at most so many. */
const fillSeconds = 30;
const maxFills = 60;

export const scale: Section = {
  name: 'scale',
  summary: 'one worker process and two on the same queues; a backlog that is worked off',
  async run(context) {
    const alone = await openWith(context, 1);
    const one = await measure(context, alone, 1);
    const both = context.options.quick ? await joinedBySecond(alone) : await openAfter(context, alone);
    const two = await measure(context, both, 2);
    const { drained, metrics } = await drain(context, both);
    return {
      metrics: [
        { name: 'completed by 1 worker', value: one.endedPerSecond, unit: 'sagas/s' },
        { name: 'completed by 2 workers', value: two.endedPerSecond, unit: 'sagas/s' },
        { name: 'two workers, of one', value: two.endedPerSecond / one.endedPerSecond, unit: '' },
        ...metrics,
      ],
      plots: [drainPlot(drained), memoryPlot('draining', drained)],
    };
  },
};

const openWith = (context: BenchContext, count: 1 | 2): Promise<ServicesUnderTest> =>
  context.openServices({ instances: [...participants, api, ...workers.slice(0, count)] });

/** On empty tables again, so that two workers do not find what the one has left. */
async function openAfter(context: BenchContext, earlier: ServicesUnderTest): Promise<ServicesUnderTest> {
  await context.close(earlier);
  return openWith(context, 2);
}

async function joinedBySecond(services: ServicesUnderTest): Promise<ServicesUnderTest> {
  await services.start(workers[1]!);
  return services;
}

async function measure(context: BenchContext, services: ServicesUnderTest, count: 1 | 2): Promise<Run> {
  const { clients: connections, seconds } = context.options;
  context.say(`${count} ${count === 1 ? 'worker' : 'workers'}, ${connections} clients for ${seconds} s`);
  await warmUp(services, { connections }, context);
  return runLoad(services, { kind: 'closed', connections, seconds }, context);
}

/** Orders are taken while no worker runs; then both start. */
async function drain(
  context: BenchContext,
  services: ServicesUnderTest,
): Promise<{ drained: readonly Sample[]; metrics: Metric[] }> {
  await services.untilIdle();
  for (const { name } of workers) await services.stop(name!);
  const waiting = await fill(context, services);
  context.say(`working off ${waiting} sagas`);
  await Promise.all(workers.map((worker) => services.start(worker)));
  const sampler = new Sampler(services, serverProcesses(context.servers));
  await sampler.start();
  await services.untilIdle();
  await sampler.stop();
  const { samples } = sampler;
  const left = samples[0]!.counts.begunSagas - samples[0]!.counts.endedSagas;
  const seconds = (samples.at(-1)!.atMs - samples[0]!.atMs) / 1000;
  return {
    drained: samples,
    metrics: [
      { name: 'backlog', value: waiting, unit: 'sagas', note: 'taken while no worker ran' },
      {
        name: 'time to work it off',
        value: seconds,
        unit: 's',
        note: 'by two workers, once they were ready',
      },
      { name: 'worked off', value: left / seconds, unit: 'sagas/s' },
    ],
  };
}

async function fill(context: BenchContext, services: ServicesUnderTest): Promise<number> {
  const { backlog, clients: connections } = context.options;
  context.say(`taking ${backlog} orders while no worker runs`);
  let seconds = 2;
  for (let fills = 0; fills < maxFills; fills += 1) {
    const run = await runLoad(services, { kind: 'closed', connections, seconds }, context);
    if (run.backlog >= backlog) return run.backlog;
    if (run.acceptedPerSecond < 1)
      throw new Error(`no orders are taken any more, with ${run.backlog} waiting`);
    const left = (backlog - run.backlog) / run.acceptedPerSecond;
    seconds = Math.min(fillSeconds, Math.max(1, Math.ceil(left)));
  }
  throw new Error(`${backlog} orders were not taken within ${maxFills} loads`);
}

const drainPlot = (samples: readonly Sample[]): Plot => ({
  title: 'A backlog is worked off',
  x: { label: 'seconds' },
  y: { label: 'sagas/s' },
  series: [{ name: 'completed', points: rateOf(samples, ({ counts }) => counts.endedSagas) }],
});
