import { runLoad, warmUp, type Run } from '../measure/run-load.js';
import type { BenchContext, Metric, Plot, Section } from '../section.js';
import type { FloorUnderTest } from '../system-under-test/floor-under-test.js';
import type { ServicesUnderTest } from '../system-under-test/services-under-test.js';
import { latencySeries } from './load-metrics.js';

interface Pair {
  readonly floor: Run;
  readonly service: Run;
}

export const floor: Section = {
  name: 'floor',
  summary: 'the services beside the same durable steps written by hand, in turn, under the same load',
  async run(context) {
    const pairs: Pair[] = [];
    for (let run = 1; run <= context.options.runs; run += 1) {
      context.say(`run ${run} of ${context.options.runs}`);
      pairs.push({
        floor: await measure(context, await context.openFloor()),
        service: await measure(context, await context.openServices()),
      });
    }
    return { metrics: pairs.flatMap(metricsOf), plots: [latencyPlot(pairs.at(-1)!)] };
  },
};

/** New processes on empty tables each time, but in a quick run, so that neither finds what the other did not. */
async function measure(context: BenchContext, system: FloorUnderTest | ServicesUnderTest): Promise<Run> {
  const { clients: connections, seconds } = context.options;
  context.say(`the ${system.name}, ${connections} clients for ${seconds} s`);
  await warmUp(system, { connections }, context);
  const run = await runLoad(system, { kind: 'closed', connections, seconds }, context);
  await context.close(system);
  return run;
}

function metricsOf({ floor: baseline, service }: Pair, index: number): Metric[] {
  const name = `run ${index + 1}`;
  const of = (run: Run, who: string): Metric[] => [
    { name: `${name}: ${who} accepted`, value: run.acceptedPerSecond, unit: 'orders/s' },
    {
      name: `${name}: ${who} completed`,
      value: run.endedPerSecond,
      unit: 'sagas/s',
      note: `backlog ${run.backlog}`,
    },
    { name: `${name}: ${who} accept p50`, value: run.load.accepted.p50Ms, unit: 'ms' },
    { name: `${name}: ${who} accept p99`, value: run.load.accepted.p99Ms, unit: 'ms' },
  ];
  return [
    ...of(baseline, 'floor'),
    ...of(service, 'service'),
    {
      name: `${name}: accepted, of the floor`,
      value: service.acceptedPerSecond / baseline.acceptedPerSecond,
      unit: '',
      note: 'aim 0.5, then 0.7',
    },
    {
      name: `${name}: completed, of the floor`,
      value: service.endedPerSecond / baseline.endedPerSecond,
      unit: '',
      note: 'aim 0.5, then 0.7',
    },
  ];
}

const latencyPlot = ({ floor: baseline, service }: Pair): Plot => ({
  title: 'Time until an order is accepted',
  x: { label: 'ms', scale: 'log' },
  y: { label: '% of the answers within' },
  series: [latencySeries('service', service), latencySeries('floor', baseline)],
});
