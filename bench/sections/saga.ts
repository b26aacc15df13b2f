import { readEndToEnd } from '../measure/end-to-end.js';
import { percentileOf } from '../measure/latencies.js';
import { runLoad, warmUp } from '../measure/run-load.js';
import { meanGroupSize } from '../measure/series.js';
import type { BenchContext, Metric, Section } from '../section.js';
import type { ServicesUnderTest } from '../system-under-test/services-under-test.js';
import { acceptMetrics, latencySeries } from './load-metrics.js';
import { placeLoneOrders } from './lone-orders.js';
import { plotsOfRun } from './plots.js';

const shares = [0.3, 0.7, 1];
const maxConnections = 1000;

export const saga: Section = {
  name: 'saga',
  summary: 'orders carried to their end, at full load, at parts of it, and one at a time',
  async run(context) {
    const { seconds, clients } = context.options;
    const services = await context.openServices();
    context.say(`${clients} clients for ${seconds} s`);
    await warmUp(services, { connections: clients }, context);
    const full = await runLoad(services, { kind: 'closed', connections: clients, seconds }, context);
    const [first, last] = [full.samples[0]!, full.samples.at(-1)!];
    const metrics: Metric[] = [
      {
        name: 'completed',
        value: full.endedPerSecond,
        unit: 'sagas/s',
        note: `ended within the ${seconds} s`,
      },
      { name: 'backlog', value: full.backlog, unit: 'sagas', note: 'not ended when the load did' },
      ...acceptMetrics('meanwhile', full),
      ...Object.keys(last.counts.groups).flatMap((database) => {
        const size = meanGroupSize(first, last, database);
        return size === undefined ? [] : [{ name: `group size ${database}`, value: size, unit: 'units' }];
      }),
    ];
    for (const share of shares)
      metrics.push(...(await atShare(context, services, full.endedPerSecond, share)));
    metrics.push(...(await oneByOne(context, services)));
    return {
      metrics,
      plots: [
        ...plotsOfRun('full load', full),
        {
          title: 'Time until an order is accepted, at full load',
          x: { label: 'ms', scale: 'log' },
          y: { label: '% of the answers within' },
          series: [latencySeries(`${clients} clients`, full)],
        },
      ],
    };
  },
};

async function atShare(
  context: BenchContext,
  services: ServicesUnderTest,
  full: number,
  share: number,
): Promise<Metric[]> {
  const { seconds } = context.options;
  const perSecond = Math.max(1, full * share);
  const name = `at ${share * 100} %`;
  await services.untilIdle();
  context.say(`${name}: ${perSecond.toFixed(0)} orders/s for ${seconds} s`);
  const load = { kind: 'open', perSecond, maxConnections, keepsOrders: true, seconds } as const;
  const run = await runLoad(services, load, context);
  await services.untilIdle();
  const took = await readEndToEnd(services.places.databases.orders, run.load.orders);
  return [
    {
      name: `${name}: end to end p50`,
      value: percentileOf(took, 0.5),
      unit: 'ms',
      note: `${took.length} orders at ${perSecond.toFixed(0)}/s, from when each was due to finished_at`,
    },
    { name: `${name}: end to end p99`, value: percentileOf(took, 0.99), unit: 'ms' },
    { name: `${name}: accept p50`, value: run.load.accepted.p50Ms, unit: 'ms' },
    { name: `${name}: accept p99`, value: run.load.accepted.p99Ms, unit: 'ms' },
  ];
}

async function oneByOne(context: BenchContext, services: ServicesUnderTest): Promise<Metric[]> {
  await services.untilIdle();
  context.say('one order after the other');
  const orders = context.options.quick ? { warmUps: 5, orders: 15 } : { warmUps: 300, orders: 300 };
  const took = await placeLoneOrders(services, orders);
  return [
    { name: 'lone order p50', value: percentileOf(took, 0.5), unit: 'ms', note: 'POST to CONFIRMED visible' },
    { name: 'lone order p99', value: percentileOf(took, 0.99), unit: 'ms' },
  ];
}
