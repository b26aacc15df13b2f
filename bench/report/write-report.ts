import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { page } from './page.js';
import type { Report } from './report.js';

/** @returns the files: the metrics for programs, and a page for people. */
export function writeReport(report: Report): string[] {
  const folder = path.resolve('bench/results');
  mkdirSync(folder, { recursive: true });
  const name = report.startedAt.slice(0, 19).replaceAll(':', '-');
  const files = { json: `${JSON.stringify(report, rounded)}\n`, html: page(report) };
  return Object.entries(files).map(([kind, text]) => {
    const file = path.join(folder, `${name}.${kind}`);
    writeFileSync(file, text);
    return file;
  });
}

/** Six digits are more than any measurement is good for. */
const rounded = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
