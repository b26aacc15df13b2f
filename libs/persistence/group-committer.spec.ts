import { describe, expect, it } from '@jest/globals';
import { systemClock } from '#libs/kernel/clock.js';
import { Fault } from '#libs/kernel/errors.js';
import { CommitUnknown, ConnectionLost, Contention, Overloaded, StatementRefused } from './errors.js';
import { GroupCommitter, type GroupCommitterOptions } from './group-committer.js';
import type { TransactionResult } from './group-observer.js';
import { FailingTransactionStore, type FailurePoint } from './testing/failing-transaction-store.js';
import { InMemoryTransactionStore } from './testing/in-memory-transaction-store.js';
import { counters } from './testing/sample-rows.js';
import { increment } from './testing/unit-of-work.suite.js';
import type { Unit } from './unit-of-work.js';

const lost = new ConnectionLost('gone');
const deadlock = new Contention('deadlock');

/** A committer on a store that fails as planned, in a time of its own: pauses take no real time. */
function setUp(options: Partial<GroupCommitterOptions> = {}) {
  const data = new InMemoryTransactionStore();
  const store = new FailingTransactionStore(data);
  const transactions: { size: number; result: TransactionResult }[] = [];
  let nowMs = 0;
  const units = new GroupCommitter({
    store,
    clock: systemClock,
    observer: {
      transactionEnded: (size, _, result) => transactions.push({ size, result }),
      listenerFailed: () => undefined,
    },
    timing: {
      turn: () => Promise.resolve(),
      pause: (milliseconds) => {
        nowMs += milliseconds;
        return Promise.resolve();
      },
      monotonicMs: () => nowMs,
      random: () => 0.5,
    },
    ...options,
  });
  const incrementAll = (count: number): Promise<PromiseSettledResult<number>[]> =>
    Promise.allSettled(Array.from({ length: count }, () => units.run(increment('a'))));
  const value = (): number => data.rows(counters)[0]?.value ?? 0;
  return { units, store, transactions, incrementAll, value, elapsedMs: () => nowMs };
}

const fulfilled = (count: number): unknown[] =>
  Array.from({ length: count }, (_, index) => ({ status: 'fulfilled', value: index + 1 }));

describe('GroupCommitter', () => {
  describe('grouping', () => {
    it('puts all that wait into one transaction', async () => {
      const { incrementAll, transactions, store } = setUp();
      expect(await incrementAll(50)).toEqual(fulfilled(50));
      expect(transactions).toEqual([{ size: 50, result: 'committed' }]);
      expect(store.steps).toEqual(['begin', 'load', 'write', 'commit']);
    });

    it('closes a group when it is full', async () => {
      const { incrementAll, transactions } = setUp({ groupSizeMax: 20 });
      expect(await incrementAll(50)).toEqual(fulfilled(50));
      expect(transactions.map(({ size }) => size)).toEqual([20, 20, 10]);
    });

    it('takes started work before new work', async () => {
      const { units } = setUp({ groupSizeMax: 1 });
      const order: string[] = [];
      const unit = (name: string, priority: 'new' | 'started'): Unit<void> => ({
        name,
        priority,
        load: [],
        decide: () => void order.push(name),
      });
      await Promise.all([
        units.run(unit('new 1', 'new')),
        units.run(unit('new 2', 'new')),
        units.run(unit('started 1', 'started')),
        units.run(unit('started 2', 'started')),
      ]);
      expect(order).toEqual(['started 1', 'started 2', 'new 1', 'new 2']);
    });

    it('refuses new work when too much of it waits, and still takes started work', async () => {
      const { units } = setUp({ newUnitsMax: 2, startedUnitsMax: 10 });
      const unit: Unit<string> = { name: 'u', priority: 'new', load: [], decide: () => 'done' };
      const outcomes = await Promise.allSettled([
        units.run(unit),
        units.run(unit),
        units.run(unit),
        units.run({ ...unit, priority: 'started' }),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual([
        'fulfilled',
        'fulfilled',
        'rejected',
        'fulfilled',
      ]);
      expect(outcomes[2]).toMatchObject({ reason: expect.any(Overloaded) });
    });

    it('writes no mark and commits nothing when nothing changed', async () => {
      const { units, store, transactions } = setUp();
      await units.run({ name: 'look', load: [], decide: () => undefined });
      expect(store.steps).toEqual(['begin']);
      expect(transactions).toEqual([{ size: 1, result: 'nothing-to-write' }]);
    });

    it('lets several groups be in flight', async () => {
      const { incrementAll, value } = setUp({ groupsInFlight: 3, groupSizeMax: 5 });
      await incrementAll(50);
      expect(value()).toBe(50);
    });
  });

  describe('when transactions are in each other’s way', () => {
    it('repeats the whole group, after a pause', async () => {
      const { store, incrementAll, transactions, elapsedMs, value } = setUp();
      store.fail('load', deadlock, { times: 2 }).fail('write', deadlock).fail('commit', deadlock);
      expect(await incrementAll(3)).toEqual(fulfilled(3));
      expect(transactions.map(({ result }) => result)).toEqual([
        'contention',
        'contention',
        'contention',
        'contention',
        'committed',
      ]);
      expect(elapsedMs()).toBeGreaterThan(0);
      expect(value()).toBe(3);
    });

    it('takes the group apart after five tries', async () => {
      const { store, incrementAll, transactions } = setUp();
      store.fail('load', deadlock, { times: 5 });
      expect(await incrementAll(2)).toEqual(fulfilled(2));
      expect(transactions.map(({ size }) => size)).toEqual([2, 2, 2, 2, 2, 1, 1]);
    });

    it('fails a unit that meets it alone, again and again', async () => {
      const { store, incrementAll, value } = setUp();
      store.fail('load', deadlock, { times: 5 });
      const [outcome] = await incrementAll(1);
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(Fault) });
      expect(value()).toBe(0);
    });
  });

  describe('when one unit cannot be written', () => {
    it('finds it by halving the group', async () => {
      const { units, store, incrementAll, transactions, value } = setUp();
      const poison: Unit<void> = {
        name: 'poison',
        load: [],
        decide: (work) => work.insert(counters, { name: 'poison', value: null as unknown as number }),
      };
      const poisoned = expect(units.run(poison)).rejects.toThrow(StatementRefused);
      expect(await incrementAll(63)).toEqual(fulfilled(63));
      await poisoned;
      expect(value()).toBe(63);
      expect(transactions.filter(({ result }) => result === 'refused').map(({ size }) => size)).toEqual([
        64, 32, 16, 8, 4, 2, 1,
      ]);
      expect(store.steps.filter((step) => step === 'begin')).toHaveLength(13);
    });
  });

  describe('when the connection is lost', () => {
    it.each<FailurePoint>(['begin', 'load', 'write'])('at %s, repeats the group', async (point) => {
      const { store, incrementAll, transactions, value } = setUp();
      store.fail(point, lost);
      expect(await incrementAll(3)).toEqual(fulfilled(3));
      expect(transactions.map(({ result }) => result)).toEqual(['connection-lost', 'committed']);
      expect(value()).toBe(3);
    });

    it('gives up after ten seconds, and at once from then on until the database is back', async () => {
      const { store, incrementAll, elapsedMs, value } = setUp();
      store.fail('begin', lost, { times: 1_000 });
      const [first] = await incrementAll(1);
      expect(first).toMatchObject({ status: 'rejected', reason: { message: 'the database is away' } });
      expect(elapsedMs()).toBeGreaterThanOrEqual(10_000);
      expect(elapsedMs()).toBeLessThan(12_000);

      const before = elapsedMs();
      const [second] = await incrementAll(1);
      expect(second).toMatchObject({ status: 'rejected', reason: expect.any(Fault) });
      expect(elapsedMs()).toBe(before);
      expect(value()).toBe(0);
    });

    describe('at COMMIT', () => {
      it('believes the mark that it was committed, and does not run again', async () => {
        const { units, store, incrementAll, transactions, value } = setUp();
        const heard: unknown[] = [];
        units.onCommitted(counters, (rows) => heard.push(...rows));
        store.fail('commit', lost, { happens: true });
        expect(await incrementAll(3)).toEqual(fulfilled(3));
        expect(transactions.map(({ result }) => result)).toEqual(['committed']);
        expect(heard).toEqual([{ name: 'a', value: 3 }]);
        expect(value()).toBe(3);
      });

      it('believes the mark that it was not, and runs again', async () => {
        const { store, incrementAll, transactions, value } = setUp();
        store.fail('commit', lost);
        expect(await incrementAll(3)).toEqual(fulfilled(3));
        expect(transactions.map(({ result }) => result)).toEqual(['connection-lost', 'committed']);
        expect(value()).toBe(3);
      });

      it.each([true, false])('asks for the mark until it is told (committed: %s)', async (happens) => {
        const { store, incrementAll, value } = setUp();
        store.fail('commit', lost, { happens }).fail('wasCommitted', lost, { times: 5 });
        expect(await incrementAll(3)).toEqual(fulfilled(3));
        expect(value()).toBe(3);
      });

      it('says that it does not know when nobody answers', async () => {
        const { store, incrementAll, transactions, elapsedMs } = setUp();
        store.fail('commit', lost, { happens: true }).fail('wasCommitted', lost, { times: 1_000 });
        const outcomes = await incrementAll(2);
        expect(outcomes).toEqual([
          { status: 'rejected', reason: expect.any(CommitUnknown) },
          { status: 'rejected', reason: expect.any(CommitUnknown) },
        ]);
        expect(transactions.map(({ result }) => result)).toEqual(['commit-unknown']);
        expect(elapsedMs()).toBeLessThan(12_000);
      });
    });
  });

  it('commits although a listener throws', async () => {
    const { units, incrementAll } = setUp();
    units.onCommitted(counters, () => {
      throw new Error('must not');
    });
    expect(await incrementAll(2)).toEqual(fulfilled(2));
  });
});
