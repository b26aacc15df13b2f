import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
}

type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

const folder = path.resolve(import.meta.dirname, '../../deploy/prometheus/rules');

const rules = readdirSync(folder).flatMap((file) => {
  const { groups } = parse(readFileSync(path.join(folder, file), 'utf8')) as { groups: { rules: Rule[] }[] };
  return groups.flatMap((group) => group.rules);
});

/**
 * For which labels the condition of an alert is true, on what a process shows at /metrics. Knows the few forms that
 * rules on gauges have: `max by (...) (metric)`, recorded or not, compared with a number; promtool tests the others.
 * @throws Error about a form that it does not know
 */
export function firing(alert: string, page: string): Labels[] {
  const rule = rules.find((each) => each.alert === alert);
  const [, vector, bound] = /^(.*) > (\d+)$/.exec(rule?.expr ?? '') ?? [];
  if (vector === undefined) throw new Error(`there is no alert ${alert} that compares with a number`);
  return vectorOf(vector, page)
    .filter(({ value }) => value > Number(bound))
    .map(({ labels }) => labels);
}

function vectorOf(expr: string, page: string): Sample[] {
  const recorded = rules.find(({ record }) => record === expr);
  if (recorded) return vectorOf(recorded.expr, page);
  const [, names, metric] = /^max by \(([\w, ]+)\) \((\w+)\)$/.exec(expr) ?? [];
  if (names === undefined || metric === undefined) throw new Error(`cannot evaluate ${expr}`);
  const greatest = new Map<string, Sample>();
  for (const { labels, value } of samplesOf(metric, page)) {
    const kept = Object.fromEntries(names.split(', ').map((name) => [name, labels[name] ?? '']));
    const before = greatest.get(JSON.stringify(kept));
    if (!before || before.value < value) greatest.set(JSON.stringify(kept), { labels: kept, value });
  }
  return [...greatest.values()];
}

const samplesOf = (metric: string, page: string): Sample[] =>
  page.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name !== metric) return [];
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, text]) => [key!, text!]);
    return [{ labels: Object.fromEntries(pairs) as Labels, value: Number(value) }];
  });
