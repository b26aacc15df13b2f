import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TransactionResult } from '#libs/persistence/unit-of-work/group-observer.js';
import { counters, samples } from '#libs/persistence/testing/sample-rows.js';
import { increment, sampleRow, unitOfWorkSuite } from '#libs/persistence/testing/unit-of-work.suite.js';
import { lock, type UnitOfWork } from '#libs/persistence/unit-of-work/unit-of-work.js';
import { Fault } from '#libs/kernel/errors.js';
import { StatementRefused } from '#libs/persistence/database/errors.js';
import { eventually } from '../../support/eventually.js';
import { SampleDatabase } from './sample-database.js';

describe('the unit of work on a real database', () => {
  let database: SampleDatabase;
  beforeAll(async () => {
    database = await SampleDatabase.create();
  });
  beforeEach(() => database.clear());
  afterAll(() => database.drop());

  unitOfWorkSuite({ create: async () => database.committer() });

  const watched = (options: { outageSeconds?: number; contentionSeconds?: number } = {}) => {
    const transactions: { size: number; result: TransactionResult }[] = [];
    const units = database.committer({
      ...options,
      observer: {
        transactionEnded: (size, _, result) => transactions.push({ size, result }),
        rowHeld: () => undefined,
        listenerFailed: () => undefined,
      },
    });
    return { units, transactions };
  };

  it('forms groups under concurrency without waiting for them', async () => {
    const { units, transactions } = watched();
    const client = async (): Promise<void> => {
      for (let run = 0; run < 10; run += 1) await units.run(increment('a'));
    };
    await Promise.all(Array.from({ length: 64 }, client));
    const committed = transactions.filter(({ result }) => result === 'committed');
    expect(640 / committed.length).toBeGreaterThan(10);
    await units.run(increment('a'));
    expect(transactions.at(-1)).toEqual({ size: 1, result: 'committed' });
  });

  it('says which rule of the table a row breaks, and fails only its unit', async () => {
    const { units } = watched();
    const outcomes = await Promise.allSettled([
      units.run(increment('a')),
      units.run({
        name: 'below-zero',
        load: [],
        decide: (work) => work.insert(counters, { name: 'b', value: -1 }),
      }),
      units.run({
        name: 'too-long',
        load: [],
        decide: (work) => work.insert(samples, sampleRow({ text: 'x'.repeat(65) })),
      }),
      units.run(increment('a')),
    ]);
    expect(outcomes).toEqual([
      { status: 'fulfilled', value: 1 },
      { status: 'rejected', reason: expect.any(StatementRefused) },
      { status: 'rejected', reason: expect.any(StatementRefused) },
      { status: 'fulfilled', value: 2 },
    ]);
    expect(outcomes[1]).toMatchObject({
      reason: { message: expect.stringContaining('counters_value_not_negative') },
    });
  });

  describe('and another session that holds rows', () => {
    it('waits for the rows that it wants and for no others', async () => {
      const { units } = watched();
      await Promise.all(['a', 'b', 'c', 'd'].map((name) => units.run(increment(name))));
      const holder = database.dataSource.createQueryRunner();
      await holder.startTransaction();
      await holder.query("SELECT * FROM counters WHERE name = 'b' FOR UPDATE");
      const aroundB: UnitOfWork<void> = {
        name: 'around-b',
        load: [lock(counters, 'a', 'c', 'd', 'e')],
        decide: (work) => {
          work.update(counters, { name: 'a', value: 10 });
          work.remove(counters, 'c');
          work.remove(counters, 'd');
          work.insert(counters, { name: 'e', value: 10 });
        },
      };
      await units.run(aroundB);
      const blocked = units.run(increment('b'));
      await holder.commitTransaction();
      await holder.release();
      expect(await blocked).toBe(2);
    });

    it('is the victim of a deadlock, and runs again', async () => {
      const { units, transactions } = watched();
      await units.run(increment('a'));
      await units.run({
        name: 'sample',
        load: [],
        decide: (work) => work.insert(samples, sampleRow({ id: first })),
      });
      const holder = database.dataSource.createQueryRunner();
      await holder.startTransaction();
      // The wrong way round: samples come after counters. With more rows changed than the unit, so that the unit is the victim.
      await holder.query('UPDATE samples SET amount_minor = 5');
      await holder.query(
        "INSERT INTO memberships VALUES (UNHEX(REPEAT('00', 16)), 1, 'x'), (UNHEX(REPEAT('00', 16)), 2, 'x')",
      );
      const unit = units.run({
        name: 'both',
        load: [lock(counters, 'a'), lock(samples, first)],
        decide: (work) => {
          work.update(counters, { name: 'a', value: work.get(counters, 'a').value + 1 });
          return work.get(samples, first).amountMinor;
        },
      });
      // The unit holds the counter now, and waits for the sample.
      await eventually(async () => expect(await database.waitingConnections()).toHaveLength(1));
      await holder.query("UPDATE counters SET value = 41 WHERE name = 'a'");
      await holder.commitTransaction();
      await holder.release();
      expect(await unit).toBe(5);
      expect(transactions.map(({ result }) => result)).toContain('contention');
      expect(await units.run(increment('a'))).toBe(43);
    });

    it('outlives a lock timeout when the rows come free, and is a fault when they do not', async () => {
      const [{ units, transactions }, impatient] = [watched(), watched({ contentionSeconds: 0 })];
      await units.run(increment('a'));
      const holder = database.dataSource.createQueryRunner();
      await holder.startTransaction();
      await holder.query("SELECT * FROM counters WHERE name = 'a' FOR UPDATE");
      const patient = units.run(increment('a'));
      await expect(impatient.units.run(increment('a'))).rejects.toThrow(Fault);
      await eventually(
        () => expect(transactions.map(({ result }) => result)).toContain('contention'),
        15_000,
      );
      await holder.rollbackTransaction();
      await holder.release();
      expect(await patient).toBe(2);
    }, 40_000);
  });

  describe('when its connection is killed', () => {
    it('in the middle of a transaction, runs the group again', async () => {
      const { units, transactions } = watched();
      await units.run(increment('a'));
      const holder = database.dataSource.createQueryRunner();
      await holder.startTransaction();
      await holder.query("SELECT * FROM counters WHERE name = 'a' FOR UPDATE");
      const both = Promise.all([units.run(increment('a')), units.run(increment('a'))]);
      const [victim] = await eventually(async () => {
        const waiting = await database.waitingConnections();
        expect(waiting).toHaveLength(1);
        return waiting;
      });
      await database.dataSource.query(`KILL ${victim}`);
      await eventually(() => expect(transactions.map(({ result }) => result)).toContain('connection-lost'));
      await holder.rollbackTransaction();
      await holder.release();
      expect(await both).toEqual([2, 3]);
    });
  });

  it('leaves no connection in use', async () => {
    const pool = (database.dataSource.driver as unknown as { pool: Record<string, { length: number }> }).pool;
    await eventually(() => expect(pool['_freeConnections']!.length).toBe(pool['_allConnections']!.length));
  });
});

const first = '01980000-0000-7000-8000-000000000001';
