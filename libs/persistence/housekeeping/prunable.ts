import type { DataSource } from 'typeorm';

/** How far a pass through a table has come: the next batch begins behind it. Kept as JSON, so that any process can go on. */
export type Position = Readonly<Record<string, string>>;

export interface Batch {
  /** What was finished with before that time may go; by the database's clock. */
  readonly before: Date;
  /** Null: at the beginning of the table. */
  readonly after: Position | null;
  /** Rows to look at. */
  readonly limit: number;
}

export interface Pruned {
  /** Rows that are gone, by table: some tables only ever lose rows together. */
  readonly deleted: Readonly<Record<string, number>>;
  /** Null: the pass is through, and nothing old is left that may go. */
  readonly next: Position | null;
  /** The time of the last row that was looked at; null: none was. */
  readonly reached: Date | null;
}

/** Rows that nobody needs any more after a while, and how to find the oldest of them by an index that is there anyway. */
export interface Prunable {
  /** Name of the (main) table: names its row in `housekeeping`, and labels its metrics. */
  readonly table: string;
  readonly keepSeconds: number;
  /** Rows of one batch at most; fewer while the database is slow. */
  readonly batchSize: number;
  /**
   * Looks at the next few rows and deletes those that may go, in one transaction of its own. Safe to run twice at once: a
   * row that is locked by somebody is left for the next pass, or waited for, and a row that has gone is gone.
   */
  readonly prune: (source: DataSource, batch: Batch) => Promise<Pruned>;
}

export const secondsOf = {
  hours: (hours: number): number => hours * 3_600,
  days: (days: number): number => days * 86_400,
} as const;
