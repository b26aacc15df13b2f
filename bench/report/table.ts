import type { Metric } from '../section.js';
import type { SectionReport } from './report.js';

export function printTable({ name, summary, metrics }: SectionReport): void {
  console.log(`\n${name}: ${summary}`);
  const widest = Math.max(...metrics.map((metric) => metric.name.length));
  for (const metric of metrics) {
    const value = `${formatted(metric)} ${metric.unit}`.trimEnd();
    console.log(`  ${metric.name.padEnd(widest)}  ${value.padEnd(18)} ${metric.note ?? ''}`.trimEnd());
  }
  console.log('');
}

/** As many digits as a person reads: 1,234 or 12.3 or 0.62. */
export function formatted({ value }: Pick<Metric, 'value'>): string {
  const size = Math.abs(value);
  const digits = Number.isInteger(value) || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
