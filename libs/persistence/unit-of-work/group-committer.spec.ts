import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { systemClock } from '#libs/kernel/clock.js';
import { Fault } from '#libs/kernel/errors.js';
import {
  CommitUnknown,
  ConnectionLost,
  Contention,
  LockTimeout,
  Overloaded,
  ServerFailing,
  StatementRefused,
  UnlistedError,
} from '../database/errors.js';
import { GroupCommitter, setAsideLimits, type GroupCommitterOptions } from './group-committer.js';
import { silentObserver, type TransactionResult } from './group-observer.js';
import { FailingTransactionStore, type FailurePoint } from '../testing/failing-transaction-store.js';
import { InMemoryTransactionStore } from '../testing/in-memory-transaction-store.js';
import { counters } from '../testing/sample-rows.js';
import { increment } from '../testing/unit-of-work.suite.js';
import type { UnitOfWork } from './unit-of-work.js';

const lost = new ConnectionLost('gone');
const deadlock = new Contention('deadlock');

/** A committer on a store that fails as planned, in a time of its own: pauses take no real time. */
function setUp(options: Partial<GroupCommitterOptions> = {}) {
  const data = new InMemoryTransactionStore();
  const store = new FailingTransactionStore(data);
  const transactions: { size: number; result: TransactionResult }[] = [];
  const rowsHeld: (string | undefined)[] = [];
  let nowMs = 0;
  const units = new GroupCommitter({
    store,
    clock: systemClock,
    observer: {
      transactionEnded: (size, _, result) => transactions.push({ size, result }),
      rowHeld: (rowClass) => rowsHeld.push(rowClass),
      listenerFailed: () => undefined,
    },
    timing: {
      yieldToEventLoop: () => Promise.resolve(),
      pause: (milliseconds) => {
        nowMs += milliseconds;
        return Promise.resolve();
      },
      monotonicMs: () => nowMs,
      random: () => 0.5,
    },
    ...options,
  });
  const loneWaits: (() => void)[] = [];
  store.whenBlocked = async (seconds) => {
    if (seconds > 1) await new Promise<void>((resolve) => loneWaits.push(resolve));
    else nowMs += 1_000;
  };
  /** All that wait alone have waited for as long as one wait lasts. */
  const endLoneWaits = async (): Promise<void> => {
    await yieldToEventLoop();
    nowMs += 5_000;
    for (const resolve of loneWaits.splice(0)) resolve();
    await yieldToEventLoop();
  };
  const incrementAll = (count: number): Promise<PromiseSettledResult<number>[]> =>
    Promise.allSettled(Array.from({ length: count }, () => units.run(increment('a'))));
  const value = (): number => data.rows(counters)[0]?.value ?? 0;
  return { units, store, transactions, rowsHeld, incrementAll, value, endLoneWaits, elapsedMs: () => nowMs };
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
      const { incrementAll, transactions } = setUp({ maxGroupSize: 20 });
      expect(await incrementAll(50)).toEqual(fulfilled(50));
      expect(transactions.map(({ size }) => size)).toEqual([20, 20, 10]);
    });

    it('takes started work before new work', async () => {
      const { units } = setUp({ maxGroupSize: 1 });
      const order: string[] = [];
      const unit = (name: string, priority: 'new' | 'started'): UnitOfWork<void> => ({
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
      const { units } = setUp({ maxNewUnits: 2, maxStartedUnits: 10 });
      const unit: UnitOfWork<string> = { name: 'u', priority: 'new', load: [], decide: () => 'done' };
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
      const { incrementAll, value } = setUp({ groupsInFlight: 3, maxGroupSize: 5 });
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

  describe('when another session holds a row', () => {
    const hold = (...names: string[]): ReturnType<typeof setUp> => {
      const committer = setUp();
      for (const name of names) committer.store.held.add(`CounterRow ${name}`);
      return committer;
    };
    const sizes = (transactions: readonly { size: number; result: TransactionResult }[]): string[] =>
      transactions.map(({ size, result }) => `${size} ${result}`);

    it('lets the others go on after one wait of a second, and whoever wants it when it is free', async () => {
      const { units, store, transactions, rowsHeld, elapsedMs, endLoneWaits } = hold('held');
      const waiting = units.run(increment('held'));
      const others = await Promise.all(['a', 'b', 'c'].map((name) => units.run(increment(name))));
      expect(others).toEqual([1, 1, 1]);
      expect(elapsedMs()).toBe(1_000);
      expect(sizes(transactions)).toEqual(['4 contention', '3 committed']);
      expect(rowsHeld).toEqual(['CounterRow']);
      store.held.clear();
      await endLoneWaits();
      expect(await waiting).toBe(1);
    });

    it('does not make a group wait for it again, whoever wants it next', async () => {
      const { units, store, transactions, endLoneWaits } = hold('held');
      const first = units.run(increment('held'));
      await units.run(increment('a'));
      const [second, third] = [units.run(increment('held')), units.run(increment('held'))];
      await units.run(increment('a'));
      const groupsThatWaited = transactions.filter(({ size, result }) => size > 1 && result === 'contention');
      expect(groupsThatWaited).toHaveLength(1);
      expect(units.waiting['set-aside']).toBe(3);
      store.held.clear();
      await endLoneWaits();
      expect(await Promise.all([first, second, third])).toEqual([1, 2, 3]);
      expect(units.waiting['set-aside']).toBe(0);
    });

    it('waits for several rows at once, each apart', async () => {
      const names = Array.from({ length: 10 }, (_, row) => `held ${row}`);
      const { units, store, elapsedMs, endLoneWaits } = hold(...names);
      const waiting = names.map((name) => units.run(increment(name)));
      expect(await units.run(increment('a'))).toBe(1);
      expect(elapsedMs()).toBe(1_000);
      store.held.delete(`CounterRow ${names[9]}`);
      // Eight wait at once; the ninth and tenth have their turn after them.
      await endLoneWaits();
      expect(await waiting[9]).toBe(1);
      store.held.clear();
      await endLoneWaits();
      await endLoneWaits();
      expect(await Promise.all(waiting)).toEqual(names.map(() => 1));
    });

    it('fails whoever has waited for half a minute, and nobody else', async () => {
      const { units, endLoneWaits, value } = hold('held');
      const waiting = expect(units.run(increment('held'))).rejects.toThrow('the database is busy');
      expect(await units.run(increment('a'))).toBe(1);
      for (let wait = 0; wait < 6; wait += 1) await endLoneWaits();
      await waiting;
      expect(units.waiting['set-aside']).toBe(0);
      expect(value()).toBe(1);
    });

    it('finds by halving who wants a row that no look can show, as it is only being made', async () => {
      const { units, store, transactions } = setUp();
      store.fail('write', new LockTimeout('lock wait timeout'), { times: 2 });
      const values = await Promise.all(['a', 'b', 'c', 'd'].map((name) => units.run(increment(name))));
      expect(values).toEqual([1, 1, 1, 1]);
      expect(sizes(transactions).slice(0, 3)).toEqual(['4 contention', '2 contention', '1 committed']);
    });

    it('names who wants a row that is only being made, where a look shows it', async () => {
      const { units, store, transactions, endLoneWaits } = hold('held');
      store.fail('write', new LockTimeout('lock wait timeout'));
      // Not there to be loaded: it is met by writing.
      store.makingOnly = true;
      const waiting = units.run(increment('held'));
      expect(await units.run(increment('a'))).toBe(1);
      expect(sizes(transactions)).toEqual(['2 contention', '1 committed']);
      store.held.clear();
      await endLoneWaits();
      expect(await waiting).toBe(1);
    });

    it('does not run a unit again that was tried alone and may have been committed', async () => {
      const { units, store, value } = setUp();
      store
        .fail('write', new LockTimeout('lock wait timeout'))
        .fail('commit', lost, { happens: true })
        .fail('wasCommitted', lost, { times: 1_000 });
      await expect(units.run(increment('a'))).rejects.toThrow(CommitUnknown);
      expect(value()).toBe(1);
    });

    it('refuses more than may wait', async () => {
      const { units, store, endLoneWaits } = hold('held');
      const outcomes = Promise.allSettled(
        Array.from({ length: setAsideLimits.maxUnits + 5 }, () => units.run(increment('held'))),
      );
      await units.run(increment('a'));
      store.held.clear();
      await endLoneWaits();
      const refused = (await outcomes).filter(({ status }) => status === 'rejected');
      expect(refused).toHaveLength(5);
      expect(refused[0]).toMatchObject({ reason: expect.any(Overloaded) });
    });

    it('does not keep the process from closing', async () => {
      const { units, endLoneWaits } = hold('held');
      const waiting = Promise.allSettled([units.run(increment('held')), units.run(increment('held'))]);
      await units.run(increment('a'));
      const closed = units.close();
      await endLoneWaits();
      await closed;
      expect((await waiting).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    });
  });

  describe('when one unit cannot be written', () => {
    it('finds it by halving the group', async () => {
      const { units, store, incrementAll, transactions, value } = setUp();
      const poison: UnitOfWork<void> = {
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

  describe.each([
    ['nobody knows', new UnlistedError('error 9999')],
    ['the server fails at', new ServerFailing('the disk is full')],
  ])('when there is an error that %s', (_, error) => {
    it('repeats the group', async () => {
      const { store, incrementAll, transactions, value } = setUp();
      store.fail('write', error, { times: 2 });
      expect(await incrementAll(3)).toEqual(fulfilled(3));
      expect(transactions.map(({ result }) => result)).toEqual(['failed', 'failed', 'committed']);
      expect(value()).toBe(3);
    });

    it('finds the one that meets it, which fails alone', async () => {
      const { store, incrementAll, transactions, value } = setUp();
      store.fail('write', error, { times: 5 });
      const outcomes = await incrementAll(4);
      expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([
        { status: 'rejected', reason: error },
      ]);
      expect(transactions.map(({ size }) => size)).toEqual([4, 4, 4, 2, 1, 1, 2]);
      expect(value()).toBe(3);
    });

    it('asks for the outcome where it came at the commit', async () => {
      const { store, incrementAll, value } = setUp();
      store.fail('commit', error, { happens: true });
      expect(await incrementAll(2)).toEqual(fulfilled(2));
      expect(value()).toBe(2);
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

    it('goes on with another mark: the lost transaction may hold the old one', async () => {
      const { store, incrementAll } = setUp();
      store.fail('load', lost);
      await incrementAll(1);
      await incrementAll(1);
      const [first, second, third] = store.marks.map(({ committer }) => committer);
      expect(second).not.toBe(first);
      expect(third).toBe(second);
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

  it('commits although a listener throws, says so, and tells the others', async () => {
    const listenerFailed = jest.fn();
    const { units, incrementAll } = setUp({ observer: { ...silentObserver, listenerFailed } });
    const [error, heard] = [new Error('must not'), [] as unknown[]];
    units.onCommitted(counters, () => {
      throw error;
    });
    units.onCommitted(counters, (rows) => heard.push(...rows));
    expect(await incrementAll(2)).toEqual(fulfilled(2));
    expect(listenerFailed.mock.calls).toEqual([[error]]);
    expect(heard).toEqual([{ name: 'a', value: 2 }]);
    await incrementAll(1);
    expect(heard).toHaveLength(1);
  });

  describe('its limits, where nothing is said about them', () => {
    it('are 200 units in a transaction, and one transaction at a time', async () => {
      const { incrementAll, transactions, store } = setUp();
      await incrementAll(450);
      expect(transactions.map(({ size }) => size)).toEqual([200, 200, 50]);
      expect(new Set(store.marks.map(({ committer }) => committer)).size).toBe(1);
      expect(store.marks.map(({ groupNumber }) => groupNumber)).toEqual([1, 2, 3]);
    });

    it('are 1,000 new units that wait, and 20,000 that were begun', async () => {
      const { units } = setUp();
      const unit: UnitOfWork<void> = { name: 'u', load: [], decide: () => undefined };
      const refusals = async (priority: 'new' | 'started', count: number): Promise<number> => {
        const runs = Array.from({ length: count }, () => units.run({ ...unit, priority }));
        return (await Promise.allSettled(runs)).filter(({ status }) => status === 'rejected').length;
      };
      expect(await refusals('new', 1_001)).toBe(1);
      expect(await refusals('started', 20_001)).toBe(1);
    });
  });

  it('tells how long a transaction took, and why it failed', async () => {
    const transactionEnded = jest.fn();
    let nowMs = 0;
    const { store, incrementAll } = setUp({
      observer: { ...silentObserver, transactionEnded },
      timing: {
        yieldToEventLoop: () => Promise.resolve((nowMs += 7)),
        pause: () => Promise.resolve(),
        monotonicMs: () => nowMs,
        random: () => 0,
      },
    });
    store.fail('write', deadlock);
    await incrementAll(17);
    expect(transactionEnded.mock.calls).toEqual([
      [17, 7, 'contention', deadlock],
      [17, 7, 'committed', undefined],
    ]);
  });

  it('tells callers in several goes, so that nobody waits for a whole group of them', async () => {
    let told = 0;
    const toldAtYields: number[] = [];
    const timing = {
      yieldToEventLoop: () => yieldToEventLoop(toldAtYields.push(told)),
      pause: () => Promise.resolve(),
      monotonicMs: () => 0,
      random: () => 0,
    };
    const { units } = setUp({ timing });
    const unit: UnitOfWork<void> = { name: 'u', load: [], decide: () => undefined };
    await Promise.all(Array.from({ length: 33 }, () => units.run(unit).then(() => (told += 1))));
    // Once before the group, and twice while it decides. At the next yield, sixteen have an outcome, which they hear in it.
    expect(toldAtYields.slice(0, 5)).toEqual([0, 0, 0, 0, 16]);
  });

  it('waits 5 to 10 ms before it tries again, twice as long each time, and a second at most', async () => {
    for (const [random, share] of [
      [0, 0.5],
      [0.999_999, 1],
    ] as const) {
      const pauses: number[] = [];
      let nowMs = 0;
      const timing = {
        yieldToEventLoop: () => Promise.resolve(),
        pause: (ms: number) => Promise.resolve(void (pauses.push(ms), (nowMs += ms))),
        monotonicMs: () => nowMs,
        random: () => random,
      };
      const { store, incrementAll } = setUp({ timing });
      store.fail('begin', lost, { times: 10 });
      await incrementAll(1);
      const full = [10, 20, 40, 80, 160, 320, 640, 1000, 1000, 1000];
      expect(pauses.map(Math.round)).toEqual(full.map((ms) => Math.round(ms * share)));
    }
  });

  it('stops trying against contention when half a minute is over', async () => {
    let nowMs = 0;
    const timing = {
      yieldToEventLoop: () => Promise.resolve(),
      pause: () => Promise.resolve(void (nowMs += 15_000)),
      monotonicMs: () => nowMs,
      random: () => 0,
    };
    const { store, incrementAll, transactions } = setUp({ timing });
    store.fail('load', deadlock, { times: 10 });
    const outcomes = await incrementAll(2);
    const busy = new Fault('the database is busy', { cause: deadlock });
    expect(outcomes).toEqual([
      { status: 'rejected', reason: busy },
      { status: 'rejected', reason: busy },
    ]);
    expect(transactions).toHaveLength(3);
  });

  it('says what a unit was refused for, when it is closed, or too many wait', async () => {
    const { units, store, endLoneWaits } = setUp();
    store.held.add('CounterRow held');
    const waiting = Promise.allSettled(
      Array.from({ length: setAsideLimits.maxUnits + 1 }, () => units.run(increment('held'))),
    );
    await units.run(increment('a'));
    expect(units.waiting).toEqual({ new: 0, started: 0, 'set-aside': setAsideLimits.maxUnits });
    const closed = units.close();
    await expect(units.run(increment('a'))).rejects.toThrow(
      new Overloaded('the unit of work is shutting down'),
    );
    await endLoneWaits();
    await closed;
    const reasons = (await waiting).map((outcome) => (outcome as PromiseRejectedResult).reason as Error);
    expect(new Set(reasons.map(({ message }) => message))).toEqual(
      new Set(['too many wait for locked rows', 'the database is busy']),
    );
  });

  it('closes when the group that is under way has ended, and at once where there is none', async () => {
    const { units, incrementAll, value } = setUp();
    const all = incrementAll(3);
    await units.close();
    expect(value()).toBe(3);
    expect(await all).toEqual(fulfilled(3));
    await expect(units.close()).resolves.toBeUndefined();
  });

  describe('when nobody can look at locked rows', () => {
    it('halves the group', async () => {
      const { units, store, transactions } = setUp();
      const look = jest.spyOn(store, 'lockedKeys');
      look.mockResolvedValueOnce(new Map()).mockRejectedValueOnce(new Error('no look'));
      store.fail('write', new LockTimeout('lock wait timeout'));
      await Promise.all(['a', 'b'].map((name) => units.run(increment(name))));
      expect(transactions.map(({ size }) => size)).toEqual([2, 1, 1]);
    });

    it('takes a row for free that cannot be waited for: groups know what to do about it', async () => {
      const { units, store } = setUp();
      store.held.add('CounterRow held');
      jest.spyOn(store, 'comesFree').mockImplementation(() => {
        store.held.clear();
        return Promise.reject(new Error('no wait'));
      });
      const waiting = units.run(increment('held'));
      await units.run(increment('a'));
      expect(await waiting).toBe(1);
    });
  });

  it('waits a second for rows in a group, five for one row, and two between tries of a unit alone', async () => {
    const { units, store, elapsedMs } = setUp();
    const [begin, comesFree] = [jest.spyOn(store, 'begin'), jest.spyOn(store, 'comesFree')];
    await units.run(increment('a'));
    expect(begin.mock.calls[0]![1]).toEqual({ lockWaitSeconds: 1 });
    store.fail('write', new LockTimeout('lock wait timeout'), { times: 3 });
    await units.run(increment('a'));
    expect(elapsedMs()).toBe(4_000);
    store.held.add('CounterRow held');
    comesFree.mockImplementation(() => {
      store.held.clear();
      return Promise.resolve(true);
    });
    const waiting = units.run(increment('held'));
    await units.run(increment('a'));
    await waiting;
    expect(comesFree.mock.calls).toEqual([[counters, 'held', 5]]);
  });
});
