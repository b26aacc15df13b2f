import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BenchOptions } from '../options.js';
import type { SectionResult } from '../section.js';
import type { Machine } from './machine.js';

export interface SectionReport extends SectionResult {
  readonly name: string;
  readonly summary: string;
}

export interface Report {
  readonly startedAt: string;
  readonly machine: Machine;
  readonly options: BenchOptions;
  readonly sections: readonly SectionReport[];
}

/** @returns the files: the figures for programs, and a page for people. */
export function writeReport(report: Report): string[] {
  const folder = path.resolve('bench/results');
  mkdirSync(folder, { recursive: true });
  const name = report.startedAt.slice(0, 19).replaceAll(':', '-');
  const file = path.join(folder, `${name}.json`);
  writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`);
  return [file];
}
