import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics, type Metric } from 'prom-client';
import { Defect } from '#libs/kernel/errors.js';

/** Everything that this process measures: one registry, because one port serves one page. */
export const registry = new Registry();

/**
 * Labels of a metric. As a record: every value that a label can have; each combination that there can be is then there at
 * 0 from the start, so that `rate()` and "absent" alerts work before the first event. As a list: names only, for values
 * that are bounded but not known here (routes, queues). Never an id, SKU, customer, raw path or error text.
 */
export type Labels<Name extends string> = readonly Name[] | Readonly<Record<Name, readonly string[]>>;

export interface MetricDeclaration<Name extends string> {
  /** Base units, last in the name; counters end in `_total`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: Labels<Name>;
  /** Which of the combinations there can be. Default: every one. */
  readonly combinations?: readonly Readonly<Record<Name, string>>[];
}

export interface GaugeDeclaration<Name extends string> extends MetricDeclaration<Name> {
  /**
   * Called at each scrape: for what this process has in memory. What it has to ask for is kept: stats-refresher.ts. A
   * failure leaves the last value standing.
   */
  readonly collect?: (gauge: Gauge<Name>) => void;
}

export interface HistogramDeclaration<Name extends string> extends MetricDeclaration<Name> {
  /** Upper bounds, in the unit of the name. Default: {@link durationBuckets}. */
  readonly buckets?: readonly number[];
}

/** Seconds; from a lone indexed read to a saga that waits for a slow provider. */
export const durationBuckets: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];

/**
 * The counter of that name, made at the first call: several modules, or several containers in one test process, may
 * declare the same one. @throws Defect when the name is taken by a metric of another kind or with other labels.
 */
export function counter<Name extends string = never>(declaration: MetricDeclaration<Name>): Counter<Name> {
  return once(Counter<Name>, declaration, (options) => {
    const metric = new Counter<Name>(options);
    for (const labels of startingLabels(declaration)) metric.inc(labels, 0);
    return metric;
  });
}

/** Like {@link counter}, for a value that goes up and down. The first declaration's `collect` stays. */
export function gauge<Name extends string = never>(declaration: GaugeDeclaration<Name>): Gauge<Name> {
  return once(Gauge<Name>, declaration, (options) => {
    const { collect } = declaration;
    const metric: Gauge<Name> = new Gauge<Name>({
      ...options,
      ...(collect && { collect: () => collectFor(metric, collect) }),
    });
    for (const labels of startingLabels(declaration)) metric.set(labels, 0);
    return metric;
  });
}

/** Like {@link counter}, for durations and sizes. */
export function histogram<Name extends string = never>(
  declaration: HistogramDeclaration<Name>,
): Histogram<Name> {
  return once(Histogram<Name>, declaration, (options) => {
    const metric = new Histogram<Name>({
      ...options,
      buckets: [...(declaration.buckets ?? durationBuckets)],
    });
    for (const labels of startingLabels(declaration)) metric.zero(labels);
    return metric;
  });
}

/** Gauges with the names of counters: promtool objects. They are the sums of others that stay. */
const misnamed = ['handles', 'requests', 'resources'].map((kind) => `nodejs_active_${kind}_total`);

/** Node's own metrics (event loop, heap, garbage collection) and which build this is. Once per process. */
export function describeProcess(build: { readonly service: string; readonly version: string }): void {
  if (registry.getSingleMetric('orders_build_info')) return;
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);
  gauge({
    name: 'orders_build_info',
    help: 'Always 1; which build of which service runs, as labels.',
    labels: ['service', 'version', 'node'],
  }).set({ service: build.service, version: build.version, node: process.versions.node }, 1);
}

interface MetricOptions<Name extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: Name[];
  readonly registers: Registry[];
}

const namesByMetric = new WeakMap<object, string>();

function once<Name extends string, Kind extends Metric<Name>>(
  kind: abstract new (...parameters: never[]) => Kind,
  { name, help, labels }: MetricDeclaration<Name>,
  create: (options: MetricOptions<Name>) => Kind,
): Kind {
  const labelNames = labelNamesOf(labels);
  const existing: unknown = registry.getSingleMetric(name);
  if (existing === undefined) {
    const metric = create({ name, help, labelNames, registers: [registry] });
    namesByMetric.set(metric, labelNames.join());
    return metric;
  }
  if (!(existing instanceof kind) || namesByMetric.get(existing) !== labelNames.join()) {
    throw new Defect(`metric ${name} is declared twice, and not alike`);
  }
  return existing;
}

const isListOfNames = <Name extends string>(labels: Labels<Name>): labels is readonly Name[] =>
  Array.isArray(labels);

function labelNamesOf<Name extends string>(labels: Labels<Name> | undefined): Name[] {
  if (!labels) return [];
  return isListOfNames(labels) ? [...labels] : (Object.keys(labels) as Name[]);
}

type LabelValues<Name extends string> = Partial<Record<Name, string>>;

/** Where the values of labels are known. A metric without labels is at 0 by itself. */
function startingLabels<Name extends string>({
  labels,
  combinations,
}: MetricDeclaration<Name>): readonly LabelValues<Name>[] {
  if (combinations) return combinations;
  if (!labels || isListOfNames(labels)) return [];
  const start: LabelValues<Name>[] = [{}];
  return (Object.entries(labels) as [Name, readonly string[]][]).reduce(
    (before, [name, values]) =>
      before.flatMap((labels) => values.map((value) => ({ ...labels, [name]: value }))),
    start,
  );
}

function collectFor<Name extends string>(metric: Gauge<Name>, collect: (metric: Gauge<Name>) => void): void {
  try {
    collect(metric);
  } catch {
    // One gauge must not take the whole page of metrics with it.
  }
}
