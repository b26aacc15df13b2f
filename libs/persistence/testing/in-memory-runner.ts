import { systemClock, type Clock } from '#libs/kernel/clock.js';
import {
  GroupCommitter,
  type CommitterTiming,
  type GroupCommitterOptions,
} from '../unit-of-work/group-committer.js';
import type { Table } from '../database/table.js';
import type { UnitOfWork } from '../unit-of-work/unit-of-work.js';
import { InMemoryTransactionStore } from './in-memory-transaction-store.js';

export type InMemoryOptions = Partial<Omit<GroupCommitterOptions, 'store' | 'clock'>> & {
  readonly clock?: Pick<Clock, 'now'>;
  /** Given: another committer on the same data, as a second instance of a service would be. */
  readonly store?: InMemoryTransactionStore;
};

/** Waits for nothing and leaves nothing to chance: fake timers do not hang a test, and a run can be repeated. */
const immediately: CommitterTiming = {
  yieldToEventLoop: () => Promise.resolve(),
  pause: () => Promise.resolve(),
  monotonicMs: systemClock.monotonicMs,
  random: () => 0.5,
};

/** The real group committer on a database in memory; passes unit-of-work.suite.ts like the one on a real database. */
export class InMemoryRunner extends GroupCommitter {
  readonly store: InMemoryTransactionStore;

  constructor({
    store = new InMemoryTransactionStore(),
    clock = systemClock,
    ...options
  }: InMemoryOptions = {}) {
    super({ store, clock, timing: immediately, ...options });
    this.store = store;
  }

  /** All committed rows of a table, in key order. */
  rows<Row, Key>(table: Table<Row, Key>): Row[] {
    return this.store.rows(table);
  }

  /** Puts rows there before the test begins. */
  async seed<Row, Key>(table: Table<Row, Key>, ...rows: readonly Row[]): Promise<void> {
    const unit: UnitOfWork<void> = {
      name: 'seed',
      load: [],
      decide: (work) => rows.forEach((row) => work.insert(table, row)),
    };
    await this.run(unit);
  }
}
