import { Defect } from '#libs/kernel/errors.js';
import type { WorkingSet } from '#libs/persistence/unit-of-work/unit-of-work.js';

/** A `WorkingSet` that has no rows and remembers what was inserted: for tests of what a decision sends. */
export class RecordingWorkingSet implements WorkingSet {
  readonly inserted: unknown[] = [];

  constructor(readonly now = new Date()) {}

  find(): undefined {
    return undefined;
  }

  get(): never {
    throw new Defect('a recording working set has no rows');
  }

  insert(_table: unknown, row: unknown): void {
    this.inserted.push(row);
  }

  update(): never {
    throw new Defect('a recording working set has no rows');
  }

  remove(): never {
    throw new Defect('a recording working set has no rows');
  }
}
