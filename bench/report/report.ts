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
