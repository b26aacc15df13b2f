import { beforeEach, describe, expect, it } from '@jest/globals';
import { Defect } from '#libs/kernel/errors.js';
import { LockTimeout } from '../database/errors.js';
import { InMemoryTransactionStore } from '../testing/in-memory-transaction-store.js';
import { counters, memberships, samples, type CounterRow } from '../testing/sample-rows.js';
import { decideGroup, GroupBlocked, membersBetweenYields, type IsHeld, type Member } from './group.js';
import type { TableLoad, Transaction } from './transaction-store.js';
import { lock, read, type Load, type UnitOfWork } from './unit-of-work.js';
import { want } from './working-set.js';

const now = new Date('2026-01-01T00:00:00Z');

const member = (unit: Partial<UnitOfWork<unknown>>): Member => {
  const whole: UnitOfWork<unknown> = { name: 'unit', load: [], decide: () => 'done', ...unit };
  return { unit: whole, wanted: want(new Map(), whole.load), inCallersContext: (run) => run() };
};
const loading = (...load: Load[]): Member => member({ load });

/** What was loaded at once, as `table: keys, mode`. */
const shown = (loads: readonly TableLoad[]): string[] =>
  loads.map(({ table, keys, mode }) => `${table.row.name}: ${keys.join()}, ${mode}`);

describe('a group', () => {
  let transaction: Transaction;
  let loads: string[][];
  let yields: number;
  let fail: unknown;

  beforeEach(async () => {
    [loads, yields, fail] = [[], 0, undefined];
    const store = new InMemoryTransactionStore();
    const inner = await store.begin({ committer: 'c', groupNumber: 1 });
    await inner.write([
      { table: counters, inserted: [{ name: 'a', value: 1 }, { name: 'b', value: 2 }], updated: [], removed: [] }, // prettier-ignore
    ]);
    const load = inner.load.bind(inner);
    transaction = Object.assign(inner, {
      load: (tables: readonly TableLoad[]) => {
        loads.push(shown(tables));
        return fail === undefined ? load(tables) : Promise.reject(fail as Error);
      },
    });
  });

  const decide = (members: readonly Member[], isHeld?: IsHeld) =>
    decideGroup(members, transaction, now, async () => void (yields += 1), isHeld);

  it('loads each table once, in the order of locks, its keys in order, with lock where anybody wants it', async () => {
    await decide([
      loading(read(memberships, ['g', 2] as const), read(counters, 'b')),
      loading(lock(counters, 'b'), read(counters, 'a')),
      loading(read(memberships, ['g', 1] as const)),
    ]);
    expect(loads).toEqual([['CounterRow: a,b, lock', 'MembershipRow: g,1,g,2, read']]);
  });

  it('loads nothing where nobody wants anything', async () => {
    const { outcomes, changes } = await decide([member({})]);
    expect([loads, outcomes, changes]).toEqual([[], [{ kind: 'done', result: 'done' }], []]);
  });

  it('lets members decide one after the other, each on what the others left', async () => {
    const bump = member({
      load: [lock(counters, 'a')],
      decide: (work) => {
        const { value } = work.get(counters, 'a');
        work.update(counters, { name: 'a', value: value + 1 });
        return value;
      },
    });
    const { outcomes, changes } = await decide([bump, bump, bump]);
    expect(outcomes.map((outcome) => outcome.kind === 'done' && outcome.result)).toEqual([1, 2, 3]);
    expect(changes).toMatchObject([{ updated: [{ name: 'a', value: 4 }] }]);
  });

  it('undoes a member that throws, and no other', async () => {
    const error = new Error('no');
    const refusing = member({
      load: [lock(counters, 'a')],
      decide: (work) => {
        work.update(counters, { name: 'a', value: 100 });
        throw error;
      },
    });
    const { outcomes, changes } = await decide([refusing, member({})]);
    expect(outcomes).toEqual([
      { kind: 'threw', error },
      { kind: 'done', result: 'done' },
    ]);
    expect(changes).toEqual([]);
  });

  it('lets others have the event loop after every few members', async () => {
    await decide(Array.from({ length: membersBetweenYields }, () => member({})));
    expect(yields).toBe(0);
    await decide(Array.from({ length: 2 * membersBetweenYields + 1 }, () => member({})));
    expect(yields).toBe(2);
  });

  it('lets members decide in the context of their callers', async () => {
    const inCallersContext = <T>(run: () => T): T => `the caller's ${run() as string}` as T;
    const { outcomes } = await decide([{ ...member({}), inCallersContext }]);
    expect(outcomes).toEqual([{ kind: 'done', result: "the caller's done" }]);
  });

  describe('in its second stage', () => {
    const more = (first: Load, ...second: Load[]) => member({ load: [first], loadMore: () => second });

    it('loads what members want then with what others want of those tables', async () => {
      await decide([
        more(lock(counters, 'a'), lock(memberships, ['g', 2] as const)),
        loading(read(memberships, ['g', 1] as const)),
        loading(read(samples, 's')),
      ]);
      expect(loads).toEqual([
        ['CounterRow: a, lock'],
        ['SampleRow: s, read', 'MembershipRow: g,1,g,2, lock'],
      ]);
    });

    it('asks each as soon as all of its first stage is there', async () => {
      await decide([
        more(lock(counters, 'a'), read(memberships, ['g', 1] as const)),
        more(lock(samples, 's'), read(memberships, ['g', 2] as const)),
      ]);
      expect(loads).toEqual([
        ['CounterRow: a, lock'],
        ['SampleRow: s, lock'],
        ['MembershipRow: g,1,g,2, read'],
      ]);
    });

    it('shows a member what was loaded, and the time', async () => {
      let seen: unknown;
      await decide([
        member({
          load: [read(counters, 'b')],
          loadMore: (work) => {
            seen = [work.get(counters, 'b'), work.now];
            return [];
          },
        }),
      ]);
      expect(seen).toEqual([{ name: 'b', value: 2 }, now]);
    });

    it('fails a member that goes back in the order of locks, or stays', async () => {
      const back = more(lock(samples, 's'), lock(counters, 'a'));
      const stays = more(lock(samples, 's'), lock(samples, 't'));
      const { outcomes } = await decide([back, stays, member({})]);
      const late = (row: string) => ({
        kind: 'threw',
        error: new Defect(`unit loads ${row} too late for the lock order`),
      });
      expect(outcomes).toEqual([late('CounterRow'), late('SampleRow'), { kind: 'done', result: 'done' }]);
      expect(loads).toEqual([['SampleRow: s, lock']]);
    });

    it('leaves a member for the next group when a neighbour has changed what it wants', async () => {
      const rename = member({
        load: [lock(counters, 'a')],
        decide: (work) => work.update(counters, { name: 'a', value: 2 }),
      });
      const depending = (mode: typeof lock) =>
        member({
          load: [read(counters, 'a')],
          loadMore: (work) => [mode(memberships, ['g', work.get(counters, 'a').value] as const)],
        });
      const { outcomes } = await decide([depending(read), rename, depending(read)]);
      expect(outcomes.map(({ kind }) => kind)).toEqual(['done', 'done', 'left']);
    });

    it('leaves a member that wants with lock what it had only read', async () => {
      let asked = 0;
      const wanting = member({
        load: [read(counters, 'a')],
        loadMore: () => [(asked++ === 0 ? read : lock)(memberships, ['g', 1] as const)],
      });
      const contrary = member({
        load: [read(counters, 'b')],
        loadMore: () => [(asked++ === 1 ? lock : read)(memberships, ['g', 1] as const)],
      });
      const { outcomes } = await decide([wanting, contrary]);
      expect(outcomes.map(({ kind }) => kind)).toEqual(['left', 'done']);
    });
  });

  it('leaves a member whose row a neighbour has just made', async () => {
    const insert = member({ decide: (work) => work.insert(counters, { name: 'x', value: 1 }) });
    const swallowing = member({
      decide: (work) => {
        try {
          work.insert(counters, { name: 'x', value: 1 });
        } catch {
          return 'swallowed';
        }
        return 'done';
      },
    });
    const { outcomes } = await decide([insert, insert, swallowing]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['done', 'left', 'left']);
  });

  it.each([
    ['a promise', () => Promise.reject(new Error('late'))],
    ['what is like one', () => ({ then: () => undefined })],
  ])('calls a member that decides by %s defective', async (_, decideLater) => {
    const { outcomes } = await decide([member({ name: 'hasty', decide: decideLater })]);
    const error = new Defect(
      'hasty decides asynchronously: what it writes after the first await would be lost',
    );
    expect(outcomes).toEqual([{ kind: 'threw', error }]);
  });

  it.each([null, { then: 1 }, 'then', undefined])('takes %j for a result', async (result) => {
    const { outcomes } = await decide([member({ decide: () => result })]);
    expect(outcomes).toEqual([{ kind: 'done', result }]);
  });

  it('does not load for a member what is known to be held, and goes on with the others', async () => {
    const isHeld = (name: string) => name === 'CounterRow held' || name === 'MembershipRow 1:g1:1';
    const second = member({
      load: [lock(counters, 'b')],
      loadMore: () => [lock(memberships, ['g', 1] as const)],
    });
    const members = [
      loading(lock(counters, 'held', 'a')),
      loading(read(counters, 'held')),
      second,
      loading(lock(counters, 'b')),
    ];
    const { outcomes } = await decide(members, isHeld);
    expect(outcomes).toEqual([
      { kind: 'held', row: { name: 'CounterRow held', table: counters, key: 'held' } },
      { kind: 'done', result: 'done' },
      { kind: 'held', row: { name: 'MembershipRow 1:g1:1', table: memberships, key: ['g', 1] } },
      { kind: 'done', result: 'done' },
    ]);
    expect(loads).toEqual([['CounterRow: b,held, lock']]);
  });

  describe('that meets a row that is held', () => {
    const members = [
      loading(read(counters, 'held')),
      loading(lock(counters, 'a')),
      loading(lock(counters, 'b', 'held')),
    ];
    const locked = new Map([[counters, new Set(['held'])]]);

    it('says who wants to lock it', async () => {
      fail = new LockTimeout('lock wait timeout');
      const blocked = await decide(members).catch((error: unknown) => error as GroupBlocked);
      expect(blocked).toBeInstanceOf(GroupBlocked);
      expect(blocked).toMatchObject({ message: 'lock wait timeout', cause: fail });
      const { loads: met, wantedOf } = blocked as GroupBlocked;
      expect(shown(met)).toEqual(['CounterRow: a,b,held, lock']);
      expect(wantedOf.call(blocked, locked)).toEqual([
        undefined,
        undefined,
        { name: 'CounterRow held', table: counters, key: 'held' },
      ]);
      expect(wantedOf.call(blocked, new Map())).toEqual([undefined, undefined, undefined]);
    });

    it('says so, too, when it meets it by writing', async () => {
      const { blockedBy } = await decide([...members, loading(read(samples, 's'))]);
      const blocked = blockedBy(new LockTimeout('met late'));
      expect(blocked.message).toBe('met late');
      expect(shown(blocked.loads)).toEqual(['CounterRow: a,b,held, lock', 'SampleRow: s, read']);
      expect(blocked.wantedOf(locked)[2]).toMatchObject({ key: 'held' });
    });

    it('lets other failures pass', async () => {
      fail = new Error('gone');
      await expect(decide(members)).rejects.toBe(fail);
    });
  });

  it('finds rows that are not loaded for a member nowhere', async () => {
    const looking = member({ decide: (work) => work.find(counters, 'a') as CounterRow });
    const { outcomes } = await decide([loading(read(counters, 'a')), looking]);
    expect(outcomes[1]).toMatchObject({ kind: 'threw', error: expect.any(Defect) });
  });
});
