import type { LoadPlace } from './measure/run-load.js';
import type { BenchOptions } from './options.js';
import type { FloorUnderTest } from './system-under-test/floor-under-test.js';
import type { ServicesUnderTest, ServicesOptions } from './system-under-test/services-under-test.js';

/** One part of the benchmark; `npm run bench -- NAME` runs it by itself. */
export interface Section {
  readonly name: string;
  /** One sentence on what it measures, for the table and the page. */
  readonly summary: string;
  run(context: BenchContext): Promise<SectionResult>;
}

export interface SectionResult {
  readonly metrics: readonly Metric[];
  readonly plots?: readonly Plot[];
}

/** One line of the table. */
export interface Metric {
  readonly name: string;
  readonly value: number;
  /** `orders/s`, `ms`, `MB`, `%`; empty for a ratio or a count. */
  readonly unit: string;
  /** What one has to know to interpret it. */
  readonly note?: string;
}

export interface Plot {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

export interface Axis {
  readonly label: string;
  /** Default: linear, from 0. */
  readonly scale?: 'linear' | 'log';
}

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** What a section may do. Everything that it opens is ended when it is over, whatever way that is. */
export interface BenchContext extends LoadPlace {
  readonly options: BenchOptions;
  /** A line of progress. */
  say(text: string): void;
  /**
   * The built services on empty databases, with a hundred products on sale. Once the section is over they become idle,
   * the invariants are checked, and they are ended.
   */
  openServices(options?: ServicesOptions): Promise<ServicesUnderTest>;
  /** The hand-written baseline in place of the services, on databases and queues of the same making. */
  openFloor(): Promise<FloorUnderTest>;
  /** Becomes idle, is checked and ended now. @throws when an invariant is violated. */
  close(system: ServicesUnderTest | FloorUnderTest): Promise<void>;
}
