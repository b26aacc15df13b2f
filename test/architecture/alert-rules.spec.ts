import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const root = new URL('../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');

const rules = readdirSync(new URL('deploy/prometheus/rules/', root)).flatMap((file) =>
  (parse(read(`deploy/prometheus/rules/${file}`)) as { groups: { rules: Rule[] }[] }).groups.flatMap(
    (group) => group.rules,
  ),
);
const alerts = rules.flatMap(({ alert, ...rule }) => (alert === undefined ? [] : [{ alert, ...rule }]));
const recorded = new Set(rules.map(({ record }) => record));
const documented = new Set([...read('docs/metrics.md').matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name!));
const sections = [...read('docs/runbook.md').matchAll(/^## (\w+)$/gm)].map(([, name]) => name!);

/** Metrics by their looks: ours are the only words with that many parts, and recorded ones have colons. */
function metricsIn(expr: string): string[] {
  const bare = expr.replace(/"[^"]*"/g, '').replace(/\b(by|on|without|ignoring)\s*\([^)]*\)/g, '');
  const selectors = bare.replace(/\{[^}]*\}/g, '');
  return [...selectors.matchAll(/[a-z]\w*(?::\w+)+|[a-z]\w*_\w+|\bup\b/g)]
    .map(([name]) => name)
    .filter((name) => !functions.has(name));
}

const functions = new Set(['histogram_quantile']);

/** Of Prometheus itself. */
const given = new Set(['up']);

const isKnown = (metric: string): boolean =>
  given.has(metric) ||
  recorded.has(metric) ||
  documented.has(metric) ||
  documented.has(metric.replace(/_(count|sum|bucket)$/, ''));

describe('the rules of Prometheus', () => {
  it('name metrics that there are', () => {
    const named = rules.flatMap(({ expr }) => metricsIn(expr));
    expect(named.length).toBeGreaterThan(rules.length / 2);
    expect(named.filter((metric) => !isKnown(metric))).toEqual([]);
  });

  it('would be found out if they named another', () => {
    const expr =
      'max by (some_label) (orders_saga_lost{cause="not_a_metric"}) / a:b:rate5m > on (other_label) 1';
    expect(metricsIn(expr)).toEqual(['orders_saga_lost', 'a:b:rate5m']);
    expect(metricsIn(expr).some(isKnown)).toBe(false);
  });

  it.each(alerts.map((rule) => [rule.alert, rule] as const))('say of %s what to do', (alert, rule) => {
    expect(sections).toContain(alert);
    expect(rule.annotations).toEqual({
      summary: expect.any(String),
      runbook: `docs/runbook.md#${alert.toLowerCase()}`,
    });
    expect(['page', 'ticket']).toContain(rule.labels?.['severity']);
  });

  it('are all that the runbook knows of', () => {
    expect(sections.filter((section) => !alerts.some(({ alert }) => alert === section))).toEqual([]);
  });
});

describe('the runbook', () => {
  const parts = read('docs/runbook.md').split(/^## /m).slice(1);

  it.each(parts.map((part) => [part.split('\n', 1)[0]!, part]))(
    'says in %s what it means, what to look at, what to do',
    (_, part) => {
      for (const heading of ['**Means**: ', '**Look**: ', '**Do**: ']) expect(part).toContain(heading);
    },
  );

  it('names metrics that there are', () => {
    const named = [...read('docs/runbook.md').matchAll(/`((?:orders|payment|http)_\w+)`/g)].map(
      ([, name]) => name!,
    );
    expect(named.filter((metric) => !isKnown(metric))).toEqual([]);
  });
});
