import type { Figure } from '../section.js';
import type { SectionReport } from './report.js';

export function printTable({ name, summary, figures }: SectionReport): void {
  console.log(`\n${name}: ${summary}`);
  const widest = Math.max(...figures.map((figure) => figure.name.length));
  for (const figure of figures) {
    const value = `${formatted(figure)} ${figure.unit}`.trimEnd();
    console.log(`  ${figure.name.padEnd(widest)}  ${value.padEnd(18)} ${figure.note ?? ''}`.trimEnd());
  }
  console.log('');
}

/** As many digits as a person reads: 1,234 or 12.3 or 0.62. */
export function formatted({ value }: Pick<Figure, 'value'>): string {
  const size = Math.abs(value);
  const digits = Number.isInteger(value) || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
