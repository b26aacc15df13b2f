import { afterEach, describe, expect, it } from '@jest/globals';
import { GroupCommitter } from '#libs/persistence/unit-of-work/group-committer.js';
import { counters } from '#libs/persistence/testing/sample-rows.js';
import {
  increment,
  unitOfWorkSuite,
  type UnitOfWorkUnderTest,
} from '#libs/persistence/testing/unit-of-work.suite.js';
import { committerOf } from '../services/simulated-process.js';
import { Coverage } from './coverage.js';
import { Faults, type FaultStrengths } from './faults.js';
import { Life } from './life.js';
import { Schedule } from './schedule.js';
import { SeededChance } from './seeded-chance.js';
import { SimulatedDatabase } from './simulated-database.js';
import type { World } from './simulation-world.js';
import { Trace } from './trace.js';

/** A database whose simulated time passes by itself while a test waits for it. */
class DrivenDatabase {
  readonly world: World;
  readonly database: SimulatedDatabase;
  private running: Promise<void> | undefined;

  constructor(faults: FaultStrengths = {}) {
    const schedule = new Schedule(new Date('2026-01-01T00:00:00Z'));
    const chance = new SeededChance(1, () => schedule.now);
    const coverage = new Coverage();
    const trace = new Trace(() => 0, 0, false);
    this.world = { schedule, chance, coverage, trace, faults: new Faults(faults, chance, coverage) };
    this.database = new SimulatedDatabase('samples', this.world);
  }

  committer(): UnitOfWorkUnderTest {
    const { world, database } = this;
    const life = new Life('process', world.schedule, 0);
    const committer: GroupCommitter = committerOf({ world, database, life }, {});
    return {
      run: (unit) => this.#driven(committer.run(unit)),
      onCommitted: (table, listener) => committer.onCommitted(table, listener),
      close: () => this.#driven(committer.close()),
    };
  }

  #driven<Result>(work: Promise<Result>): Promise<Result> {
    const { schedule } = this.world;
    this.running ??= schedule
      .runUntil(schedule.now + 60_000, () => false)
      .then(() => {
        this.running = undefined;
      });
    return work;
  }
}

describe('The simulated database', () => {
  let database: DrivenDatabase;
  let isFresh = true;
  unitOfWorkSuite({
    create: async () => {
      if (isFresh) database = new DrivenDatabase();
      isFresh = false;
      return database.committer();
    },
  });
  // The first call of a test begins with empty tables.
  afterEach(() => {
    isFresh = true;
  });

  it('neither loses nor repeats a unit, whatever becomes of connections and commits', async () => {
    const faulty = new DrivenDatabase({
      'commit-fails': 1,
      'commit-answer-lost': 1,
      'commit-late': 1,
      contention: 1,
      'connection-fails': 1,
    });
    const committers = [faulty.committer(), faulty.committer()];
    for (let run = 0; run < 300; run += 1) await committers[run % 2]!.run(increment('hot'));
    expect(faulty.database.rows(counters)).toEqual([{ name: 'hot', value: 300 }]);
    expect(faulty.world.coverage.of('fault.commit-late')).toBeGreaterThan(0);
  });
});
