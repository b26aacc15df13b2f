import { percentileOf, Latencies, type Distribution } from '../measure/latencies.js';
import { openFilledServices, type FilledServices } from '../read/filled-services.js';
import { ReadCases, type ReadCase } from '../read/read-cases.js';
import { askAll, type ReadRun } from '../read/read-load.js';
import { tableSizes } from '../read/table-sizes.js';
import type { BenchContext, Metric, Section } from '../section.js';

const few = 10_000;
const standardOrders = 200_000;
/** Few, so that what is measured is an answer's time and not that of a queue; fixed, so that runs compare. */
const clients = 4;

/** One question at both sizes, in all rounds. */
interface Pair {
  readonly name: string;
  readonly isFlat: boolean;
  readonly few: ReadRun[];
  readonly many: ReadRun[];
}

export const read: Section = {
  name: 'read',
  summary: 'answers to queries from tables of ten thousand orders, and from tables of millions',
  async run(context) {
    const { quick, orders = quick ? 20_000 : standardOrders } = context.options;
    const [small, large] = await openBoth(context, orders);
    const { rounds, times } = quick ? { rounds: 1, times: 50 } : { rounds: 5, times: 1_000 };
    const cases = { few: await casesOf(small), many: await casesOf(large) };
    const pairs = cases.few.map(({ name, isFlat }): Pair => ({ name, isFlat, few: [], many: [] }));
    for (let round = 0; round <= rounds; round += 1) {
      context.say(round === 0 ? 'warming up' : `round ${round} of ${rounds}`);
      for (const [index, pair] of pairs.entries()) {
        // In turn, the one that begins too, so that whatever else the machine does befalls both.
        const from = round * times;
        const askFew = () => askAll(small.services.orderUrl, cases.few[index]!, { times, clients, from });
        const askMany = () => askAll(large.services.orderUrl, cases.many[index]!, { times, clients, from });
        const [first, second] = round % 2 === 0 ? [askFew, askMany] : [askMany, askFew];
        const [one, other] = [await first(), await second()];
        if (round === 0) continue;
        pair.few.push(round % 2 === 0 ? one : other);
        pair.many.push(round % 2 === 0 ? other : one);
      }
    }
    return {
      metrics: [
        ...pairs.flatMap((pair) => metricsOf(pair, small, large)),
        { name: 'fill', value: large.fillSeconds, unit: 's', note: `${count(orders)} orders` },
        ...(await tableSizes(large.services.places)),
      ],
      plots: pairs.map((pair) => ({
        title: `Time of an answer: ${pair.name}`,
        x: { label: 'ms', scale: 'log' },
        y: { label: '% of the answers within' },
        series: [
          { name: `${count(small.population.orders)} orders`, points: pointsOf(pair.few) },
          { name: `${count(large.population.orders)} orders`, points: pointsOf(pair.many) },
        ],
      })),
    };
  },
};

/** One after the other where the time that it takes to fill them is a metric. */
async function openBoth(context: BenchContext, orders: number): Promise<[FilledServices, FilledServices]> {
  const openSmall = (): Promise<FilledServices> =>
    openFilledServices(context, Math.min(few, Math.ceil(orders / 2)));
  if (context.options.quick) return Promise.all([openSmall(), openFilledServices(context, orders)]);
  return [await openSmall(), await openFilledServices(context, orders)];
}

const casesOf = ({ services, population }: FilledServices): Promise<ReadCase[]> =>
  new ReadCases(services, population).all();

function metricsOf(pair: Pair, small: FilledServices, large: FilledServices): Metric[] {
  const of = (runs: readonly ReadRun[], { population }: FilledServices): Metric[] => {
    const name = `${pair.name}, of ${count(population.orders)}`;
    return [
      { name: `${name}: p50`, value: median(runs, (run) => run.latencies.percentile(0.5)), unit: 'ms' },
      { name: `${name}: p99`, value: median(runs, (run) => run.latencies.percentile(0.99)), unit: 'ms' },
      {
        name: `${name}: rate`,
        value: median(runs, (run) => run.latencies.count / run.seconds),
        unit: 'reads/s',
      },
    ];
  };
  const p99 = (runs: readonly ReadRun[]): number => median(runs, (run) => run.latencies.percentile(0.99));
  return [
    ...of(pair.few, small),
    ...of(pair.many, large),
    {
      name: `${pair.name}: p99, many of few`,
      value: p99(pair.many) / p99(pair.few),
      unit: '',
      note: pair.isFlat ? 'aim below 1.5' : 'costs as much as all pages before it',
    },
  ];
}

const median = (runs: readonly ReadRun[], value: (run: ReadRun) => number): number =>
  percentileOf(runs.map(value), 0.5);

const pointsOf = (runs: readonly ReadRun[]): Distribution =>
  Latencies.sumOf(runs.map(({ latencies }) => latencies)).distribution();

const count = (orders: number): string => orders.toLocaleString('en-US');
