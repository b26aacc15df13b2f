import { z } from 'zod';

const environment = z.object({
  ORDER_METRICS_URL: z.url(),
  INVENTORY_METRICS_URL: z.url(),
  PAYMENT_METRICS_URL: z.url(),
});

/** What the processes count about themselves, at one moment; the difference of two says what happened between them. */
export interface Figures {
  readonly atMs: number;
  readonly placed: number;
  readonly begunSagas: number;
  readonly endedSagas: number;
  /** By service and database. */
  readonly groups: ReadonlyMap<string, { readonly units: number; readonly groups: number }>;
  /** By service. */
  readonly cpuSeconds: ReadonlyMap<string, number>;
}

export async function readFigures(variables: NodeJS.ProcessEnv): Promise<Figures> {
  const urls = environment.parse(variables);
  const pages = new Map<string, readonly Sample[]>([
    ['order', await scrape(urls.ORDER_METRICS_URL)],
    ['inventory', await scrape(urls.INVENTORY_METRICS_URL)],
    ['payment', await scrape(urls.PAYMENT_METRICS_URL)],
  ]);
  const order = pages.get('order')!;
  return {
    atMs: performance.now(),
    placed: sumOf(order, 'orders_placed_total'),
    begunSagas: sumOf(order, 'orders_saga_started_total'),
    endedSagas: sumOf(order, 'orders_saga_finished_total'),
    groups: new Map([...pages].flatMap(([service, samples]) => groupsOf(service, samples))),
    cpuSeconds: new Map(
      [...pages].map(([service, samples]) => [service, sumOf(samples, 'process_cpu_seconds_total')]),
    ),
  };
}

interface Sample {
  readonly name: string;
  readonly labels: string;
  readonly value: number;
}

async function scrape(url: string): Promise<Sample[]> {
  const text = await (await fetch(url)).text();
  return [...text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)].map(([, name, labels, value]) => ({
    name: name!,
    labels: labels ?? '',
    value: Number(value),
  }));
}

const sumOf = (samples: readonly Sample[], name: string): number =>
  samples.filter((sample) => sample.name === name).reduce((sum, { value }) => sum + value, 0);

function groupsOf(service: string, samples: readonly Sample[]) {
  const counts = samples.filter(({ name }) => name === 'orders_unit_of_work_group_size_count');
  return counts.map(({ labels, value }) => {
    const database = /database="(\w+)"/.exec(labels)?.[1] ?? 'default';
    const same = samples.filter((sample) => sample.labels === labels);
    const units = sumOf(same, 'orders_unit_of_work_group_size_sum');
    return [`${service}/${database}`, { units, groups: value }] as const;
  });
}
