import { TcpProxy } from '../../tools/faults/tcp-proxy.js';
import type { Attack, AttackedServices } from '../attackers/attack.js';
import { attacks } from '../attackers/attacks.js';
import { readAnswers } from '../measure/answers.js';
import { runLoad, warmUp, type Run } from '../measure/run-load.js';
import type { BenchContext, Metric, Section } from '../section.js';

const readers = 16;
const maxSeconds = 20;

export const attackers: Section = {
  name: 'attackers',
  summary: 'callers at full load, beside one caller, row or line that takes all that it can',
  async run(context) {
    const line = await TcpProxy.to(context.servers.databaseUrl);
    try {
      const services = await context.openServices({ databasesThrough: (url) => line.url(url) });
      const metrics = await attackAll(context, { services, line, logs: context.logs });
      // Its line has to last until it has ended.
      await context.close(services);
      return { metrics };
    } finally {
      await line.close();
    }
  },
};

async function attackAll(context: BenchContext, on: AttackedServices): Promise<Metric[]> {
  const { clients: connections, quick } = context.options;
  const seconds = quick ? 1 : Math.min(context.options.seconds, maxSeconds);
  const put = (what: string): Promise<Run> => {
    context.say(`${what}: ${connections} clients and ${readers} readers for ${seconds} s`);
    return runLoad(on.services, { kind: 'closed', connections, readers, seconds }, context);
  };
  await warmUp(on.services, { connections, readers }, context);
  const metrics: Metric[] = [];
  const quiet = async (): Promise<Run> => {
    await on.services.untilIdle();
    return put('quiet');
  };
  let before = await quiet();
  for (const attack of attacks) {
    await on.services.untilIdle();
    const ongoing = await attack.begin(on);
    const attacked = await put(attack.name);
    const had = await ongoing.end();
    // A machine's speed varies: what an attack is compared with is measured right before and right after it, where it counts.
    const after = quick ? before : await quiet();
    metrics.push(...metricsOf(attack, had, attacked, [before, after]));
    before = after;
  }
  return metrics;
}

function metricsOf({ name }: Attack, had: string, attacked: Run, quiet: readonly Run[]): Metric[] {
  const orders = (run: Run): number => run.acceptedPerSecond;
  const reads = (run: Run): number => readAnswers(run.load.reads!).accepted / run.load.seconds;
  const usually = (rate: (run: Run) => number): number => mean(quiet.map(rate));
  const failed = failuresOf(attacked);
  return [
    { name: `${name}: orders`, value: orders(attacked), unit: 'orders/s', note: `the attacker had ${had}` },
    {
      name: `${name}: orders without`,
      value: usually(orders),
      unit: 'orders/s',
      note: 'before and after it',
    },
    {
      name: `${name}: orders, of those`,
      value: orders(attacked) / usually(orders),
      unit: '',
      note: 'aim 0.9',
    },
    { name: `${name}: reads`, value: reads(attacked), unit: 'reads/s' },
    { name: `${name}: reads without`, value: usually(reads), unit: 'reads/s' },
    { name: `${name}: reads, of those`, value: reads(attacked) / usually(reads), unit: '', note: 'aim 0.9' },
    {
      name: `${name}: failed`,
      value: failed,
      unit: '',
      note: `answers to others, or none; ${mean(quiet.map(failuresOf))} without`,
    },
  ];
}

function failuresOf({ load }: Run): number {
  const [orders, reads] = [readAnswers(load), readAnswers(load.reads!)];
  return orders.refused + orders.other + reads.refused + reads.other;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
