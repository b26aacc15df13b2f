import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import { counters, memberships } from '#libs/persistence/testing/sample-rows.js';
import { increment } from '#libs/persistence/testing/unit-of-work.suite.js';
import { lock, type UnitOfWork } from '#libs/persistence/unit-of-work/unit-of-work.js';
import { eventually } from '../../support/eventually.js';
import { SampleDatabase } from './sample-database.js';

const groupId = '01980000-0000-7000-8000-000000000001';

describe('a row that a session outside holds', () => {
  let database: SampleDatabase;
  let holder: QueryRunner;
  beforeAll(async () => {
    database = await SampleDatabase.create();
  });
  beforeEach(async () => {
    await database.clear();
    const units = database.committer();
    await Promise.all(['held', 'also held', 'a', 'b'].map((name) => units.run(increment(name))));
    holder = database.dataSource.createQueryRunner();
    await holder.startTransaction();
  });
  afterAll(() => database.drop());

  const release = async (): Promise<void> => {
    await holder.rollbackTransaction();
    await holder.release();
  };

  it('stops whoever wants it, and nobody else', async () => {
    await holder.query("SELECT * FROM counters WHERE name IN ('held', 'also held') FOR UPDATE");
    const units = database.committer();
    const waiting = ['held', 'also held', 'held', 'also held'].map((name) => units.run(increment(name)));
    // More than would be through if each of them waited.
    for (let round = 2; round < 20; round += 1) {
      const others = await Promise.all(['a', 'b'].map((name) => units.run(increment(name))));
      expect(others).toEqual([round, round]);
    }
    expect(units.waiting['set-aside']).toBe(4);
    await release();
    expect(await Promise.all(waiting)).toEqual([2, 2, 3, 3]);
    expect(units.waiting['set-aside']).toBe(0);
  });

  it('is waited for without holding what others want', async () => {
    await holder.query("SELECT * FROM counters WHERE name = 'held' FOR UPDATE");
    const units = database.committer();
    const both: UnitOfWork<void> = {
      name: 'both',
      // In the order of keys: it has the first when it meets the second.
      load: [lock(counters, 'a', 'held')],
      decide: (work) => work.update(counters, { name: 'held', value: 50 }),
    };
    const waiting = units.run(both);
    await eventually(() => expect(units.waiting['set-aside']).toBe(1));
    for (let value = 2; value < 20; value += 1) expect(await units.run(increment('a'))).toBe(value);
    expect(units.waiting['set-aside']).toBe(1);
    await release();
    await waiting;
    expect(await units.run(increment('held'))).toBe(51);
  });

  it('is found where only a second look at the rows names it', async () => {
    await holder.query("SELECT * FROM counters WHERE name = 'held' FOR UPDATE");
    const units = database.committer();
    const secondStage = (name: string): UnitOfWork<number> => ({
      name: 'second-stage',
      load: [],
      loadMore: () => [lock(counters, name)],
      decide: (work) => {
        const value = work.get(counters, name).value + 1;
        work.update(counters, { name, value });
        return value;
      },
    });
    const waiting = units.run(secondStage('held'));
    expect(await units.run(secondStage('a'))).toBe(2);
    expect(await units.run(secondStage('b'))).toBe(2);
    expect(units.waiting['set-aside']).toBe(1);
    await release();
    expect(await waiting).toBe(2);
  });

  it('and that is only being made is known by its key, too', async () => {
    await holder.query("INSERT INTO counters (name, value) VALUES ('new', 1)");
    const units = database.committer();
    const waiting = [units.run(increment('new')), units.run(increment('a'))];
    expect(await waiting[1]).toBe(2);
    // Straight to where the first waits, and not by a transaction of its own.
    waiting.push(units.run(increment('new')));
    expect(await units.run(increment('b'))).toBe(2);
    expect(units.waiting['set-aside']).toBe(2);
    await release();
    expect(await Promise.all(waiting)).toEqual([1, 2, 2]);
  });

  it('and that is only being made stops whoever makes it, too, and nobody else', async () => {
    await holder.query("INSERT INTO counters (name, value) VALUES ('new', 1)");
    const units = database.committer();
    const make = (name: string): UnitOfWork<void> => ({
      name: 'make',
      load: [],
      decide: (work) => work.insert(counters, { name, value: 7 }),
    });
    const waiting = units.run(make('new'));
    expect(await Promise.all([units.run(increment('a')), units.run(increment('b'))])).toEqual([2, 2]);
    await release();
    await waiting;
    expect(await units.run(increment('new'))).toBe(8);
  });

  it('and with it a whole table: other tables go on', async () => {
    await holder.query('LOCK TABLES counters WRITE');
    const units = database.committer();
    const waiting = [units.run(increment('a')), units.run(increment('b'))];
    const join = (number: number): UnitOfWork<void> => ({
      name: 'join',
      load: [lock(memberships, [groupId, number] as const)],
      decide: (work) => work.insert(memberships, { groupId, number, member: 'm' }),
    });
    for (let number = 1; number < 10; number += 1) await units.run(join(number));
    await eventually(() => expect(units.waiting['set-aside']).toBe(2));
    await holder.query('UNLOCK TABLES');
    await release();
    expect(await Promise.all(waiting)).toEqual([2, 2]);
  });
});
