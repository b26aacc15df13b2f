import { readAnswers } from '../measure/answers.js';
import { runLoad, warmUp, type Run } from '../measure/run-load.js';
import { recoverySeconds } from '../measure/recovery.js';
import type { BenchContext, Metric, Section } from '../section.js';
import type { ServicesUnderTest } from '../system-under-test/services-under-test.js';
import { plotsOfRun } from './plots.js';

const times = 5;
const calmShare = 0.3;
const maxConnections = 2000;

export const overload: Section = {
  name: 'overload',
  summary: `${times} times as many orders as can be carried to their end, and the time after`,
  async run(context) {
    const { clients: connections, seconds, quick } = context.options;
    const services = await context.openServices();
    context.say(`the peak: ${connections} clients for ${seconds} s`);
    await warmUp(services, { connections }, context);
    const peak = await runLoad(services, { kind: 'closed', connections, seconds }, context);
    // A short load on a busy machine may end before its first saga does; one of nothing would overload nobody.
    const peakRate = Math.max(1, peak.endedPerSecond);
    await services.untilIdle();

    const calmSeconds = quick ? 2 : 30;
    const calmRate = peakRate * calmShare;
    const before = await open(context, services, calmRate, calmSeconds, 'before');
    await services.untilIdle();
    const floodSeconds = quick ? 2 : 20;
    const flood = await open(context, services, peakRate * times, floodSeconds, 'overload');
    // Not the last sample: the load generator waits for its last answers.
    const floodEndMs = flood.samples[0]!.atMs + floodSeconds * 1000;
    const after = await open(context, services, calmRate, calmSeconds, 'after');
    return {
      metrics: [
        { name: 'peak', value: peak.endedPerSecond, unit: 'sagas/s' },
        ...floodMetrics(flood, peak),
        {
          name: 'normal again after',
          value: recoverySeconds({ floodEndMs, before, after }),
          unit: 's',
          note: `accept p99 and backlog at ${calmShare * 100} % of the peak, ${calmSeconds} s watched; -1: not within them`,
        },
      ],
      plots: [...plotsOfRun('overload', flood), ...plotsOfRun('after the overload', after)],
    };
  },
};

function open(
  context: BenchContext,
  services: ServicesUnderTest,
  perSecond: number,
  seconds: number,
  what: string,
): Promise<Run> {
  context.say(`${what}: ${perSecond.toFixed(0)} orders/s for ${seconds} s`);
  return runLoad(services, { kind: 'open', perSecond, maxConnections, keepsOrders: false, seconds }, context);
}

function floodMetrics(flood: Run, peak: Run): Metric[] {
  const { accepted, refused, other } = readAnswers(flood.load);
  const all = accepted + refused + other;
  return [
    { name: 'accepted in it', value: flood.acceptedPerSecond, unit: 'orders/s' },
    { name: 'completed in it', value: flood.endedPerSecond, unit: 'sagas/s' },
    {
      name: 'goodput, of the peak',
      value: flood.endedPerSecond / peak.endedPerSecond,
      unit: '',
      note: 'completed in it; aim 0.8',
    },
    { name: 'accept p50', value: flood.load.accepted.p50Ms, unit: 'ms' },
    { name: 'accept p99', value: flood.load.accepted.p99Ms, unit: 'ms' },
    { name: 'answered 503', value: percent(refused, all), unit: '%', note: `${refused} of ${all} answers` },
    ...(refused > 0 ? refusalMetrics(flood, refused) : []),
    { name: 'other answers, or none', value: other, unit: '' },
    {
      name: 'not sent',
      value: flood.load.unsent,
      unit: '',
      note: `due while all ${maxConnections} connections waited`,
    },
    { name: 'backlog at its end', value: flood.backlog, unit: 'sagas' },
  ];
}

const refusalMetrics = (flood: Run, refused: number): Metric[] => [
  { name: '503 p50', value: flood.load.refused.p50Ms, unit: 'ms' },
  { name: '503 p99', value: flood.load.refused.p99Ms, unit: 'ms' },
  { name: '503 with Retry-After', value: percent(flood.load.refusedWithRetryAfter, refused), unit: '%' },
];

const percent = (part: number, whole: number): number => (whole === 0 ? 0 : (part / whole) * 100);
