import { cpuBetween, memoryGrowthPerMinute, peakMemoryBytes } from '../measure/cpu.js';
import { grownBy, readCounters, type Counters } from '../measure/database-counters.js';
import { runLoad, warmUp, type Run } from '../measure/run-load.js';
import type { Sample } from '../measure/sampler.js';
import { processNames } from '../measure/series.js';
import type { Metric, Section } from '../section.js';
import { plotsOfRun } from './plots.js';

const megabyte = 1024 * 1024;

/** Counters of the server, and what they are called in the results. */
const statements = {
  Questions: 'statements',
  Com_select: 'SELECT',
  Com_insert: 'INSERT',
  Com_update: 'UPDATE',
  Com_delete: 'DELETE',
  Com_commit: 'COMMIT',
  Innodb_data_fsyncs: 'fsyncs of the database',
};
const bytes = {
  Bytes_received: 'bytes to the database',
  Bytes_sent: 'bytes from the database',
  Innodb_os_log_written: 'bytes of redo log',
};

export const cost: Section = {
  name: 'cost',
  summary: 'what an order costs: CPU and memory of every process, statements, messages, bytes',
  async run(context) {
    const { clients: connections, minutes } = context.options;
    const seconds = minutes > 0 ? minutes * 60 : context.options.seconds;
    const services = await context.openServices();
    await warmUp(services, { connections }, context);
    await services.untilIdle();
    context.say(`${connections} clients for ${seconds} s`);
    const before = await readCounters(context.servers.databaseUrl);
    const run = await runLoad(services, { kind: 'closed', connections, seconds, untilIdle: true }, context);
    const after = await readCounters(context.servers.databaseUrl);
    return {
      metrics: [
        ...processMetrics(run),
        ...databaseMetrics(before, after, ordersOf(run)),
        ...messageMetrics(run),
        ...(minutes > 0 ? growthMetrics(run) : []),
      ],
      plots: plotsOfRun('cost', run),
    };
  },
};

const ends = ({ samples }: Run): readonly [Sample, Sample] => [samples[0]!, samples.at(-1)!];

function ordersOf(run: Run): number {
  const [first, last] = ends(run);
  return last.counts.endedSagas - first.counts.endedSagas;
}

function processMetrics(run: Run): Metric[] {
  const orders = ordersOf(run);
  const used = cpuBetween(...ends(run));
  const perThousand = (seconds: number): number => (seconds / orders) * 1000;
  const sum = [...used.values()].reduce((all, seconds) => all + seconds, 0);
  return [
    { name: 'orders', value: orders, unit: 'orders', note: 'accepted, and carried to their end' },
    ...[...used].map(([name, seconds]) => ({
      name: `CPU ${name}`,
      value: perThousand(seconds),
      unit: 's per 1,000 orders',
    })),
    { name: 'CPU of all', value: perThousand(sum), unit: 's per 1,000 orders' },
    ...[...peakMemoryBytes(run.samples)].map(([name, peak]) => ({
      name: `peak memory ${name}`,
      value: peak / megabyte,
      unit: 'MB',
    })),
  ];
}

function databaseMetrics(before: Counters, after: Counters, orders: number): Metric[] {
  const perOrder = (names: Readonly<Record<string, string>>, unit: string): Metric[] =>
    [...grownBy(before, after, Object.keys(names))].map(([counter, grown]) => ({
      name: `${names[counter]} per order`,
      value: grown / orders,
      unit,
    }));
  return [...perOrder(statements, ''), ...perOrder(bytes, 'bytes')];
}

/** By the services' own counters: the broker keeps none, to have its time for messages. */
function messageMetrics(run: Run): Metric[] {
  const [first, last] = ends(run);
  const orders = ordersOf(run);
  const written = (process: string): Metric[] => {
    const [from, to] = [first.usage[process], last.usage[process]];
    return from && to
      ? [
          {
            name: `bytes that the ${process} wrote to disk per order`,
            value: (to.writtenBytes - from.writtenBytes) / orders,
            unit: 'bytes',
          },
        ]
      : [];
  };
  return [
    {
      name: 'messages published per order',
      value: (last.counts.messagesPublished - first.counts.messagesPublished) / orders,
      unit: '',
    },
    {
      name: 'messages handled per order',
      value: (last.counts.messagesHandled - first.counts.messagesHandled) / orders,
      unit: '',
    },
    ...written('database'),
    ...written('broker'),
  ];
}

/** Over the second half: the first is for caches that fill up. */
function growthMetrics({ samples }: Run): Metric[] {
  const half = samples.slice(Math.floor(samples.length / 2));
  return processNames(half).map((name) => ({
    name: `memory growth ${name}`,
    value: memoryGrowthPerMinute(half, name) / megabyte,
    unit: 'MB per minute',
    note: 'over the second half of the run',
  }));
}
