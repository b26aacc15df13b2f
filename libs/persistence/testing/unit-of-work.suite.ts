import { AsyncLocalStorage } from 'node:async_hooks';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Defect, Refusal } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import { DuplicateKey, Overloaded, StatementRefused } from '../database/errors.js';
import {
  lock,
  read,
  type UnitOfWork,
  type UnitOfWorkRunner,
  type WorkingSet,
} from '../unit-of-work/unit-of-work.js';
import { counters, memberships, samples, type CounterRow, type SampleRow } from './sample-rows.js';

export interface UnitOfWorkUnderTest extends UnitOfWorkRunner {
  close(): Promise<void>;
}

export interface UnitOfWorkHarness {
  /** Another committer on the same data; the first call of a test begins with empty sample tables. */
  create(): Promise<UnitOfWorkUnderTest>;
}

/** What every UnitOfWorkRunner promises. Run on the one in memory and on the one on a real database. */
export function unitOfWorkSuite(harness: UnitOfWorkHarness): void {
  let units: UnitOfWorkUnderTest;
  beforeEach(async () => {
    units = await harness.create();
  });

  const value = async (name: string): Promise<number | undefined> =>
    units.run({
      name: 'look',
      load: [read(counters, name)],
      decide: (work) => work.find(counters, name)?.value,
    });

  describe('writes', () => {
    it('are there for the next unit: inserted, updated, removed', async () => {
      await units.run(change('a', (work) => work.insert(counters, { name: 'a', value: 1 })));
      expect(await value('a')).toBe(1);
      await units.run(change('a', (work) => work.update(counters, { name: 'a', value: 2 })));
      expect(await value('a')).toBe(2);
      await units.run(change('a', (work) => work.remove(counters, 'a')));
      expect(await value('a')).toBeUndefined();
    });

    it('are seen by later units of the same group, and only their sum is written', async () => {
      const seen = await Promise.all([
        units.run(change('a', (work) => work.insert(counters, { name: 'a', value: 1 }))),
        units.run(increment('a')),
        units.run(change('a', (work) => work.remove(counters, 'a'))),
        units.run(increment('a')),
        units.run(increment('a')),
      ]);
      expect(seen).toEqual([undefined, 2, undefined, 1, 2]);
      expect(await value('a')).toBe(2);
    });

    it('of one unit may come back to the same row', async () => {
      await units.run(
        change('a', (work) => {
          work.insert(counters, { name: 'a', value: 1 });
          work.update(counters, { name: 'a', value: work.get(counters, 'a').value + 1 });
          work.insert(counters, { name: 'fleeting', value: 1 });
          work.remove(counters, 'fleeting');
        }),
      );
      expect(await value('a')).toBe(2);
      expect(await value('fleeting')).toBeUndefined();
    });

    it('keep what every type of column can hold', async () => {
      const sample = sampleRow({
        text: `it's "quoted" \\ and 🙂`,
        document: {
          list: [1, 'two', null],
          text: '7',
          nested: { at: '2026-01-01T00:00:00.000Z' },
          "it's": '\u2028',
        },
        amountMinor: Number.MAX_SAFE_INTEGER,
        ratio: 12.25,
        parentId: newId(),
        endedAt: new Date('2026-02-03T04:05:06.789Z'),
      });
      const plain = sampleRow({ document: null, extra: ['x'], amountMinor: -1, flag: false });
      const text = sampleRow({ document: '7' });
      const [a, b, c] = [sample.id, plain.id, text.id];
      await units.run({
        name: 'insert',
        load: [],
        decide: (work) => [sample, plain, text].forEach((row) => work.insert(samples, row)),
      });
      const found = await units.run({
        name: 'find',
        load: [read(samples, a, b, c)],
        decide: (work) => [a, b, c].map((id) => work.get(samples, id)),
      });
      expect(found).toEqual([sample, plain, text]);
    });

    it('reach rows whose key has two parts', async () => {
      const groupId = newId();
      const key = (number: number) => [groupId, number] as const;
      await units.run({
        name: 'insert',
        load: [],
        decide: (work) => {
          for (const number of [2, 10, 1])
            work.insert(memberships, { groupId, number, member: `m${number}` });
        },
      });
      await units.run({
        name: 'change',
        load: [lock(memberships, key(10), key(1))],
        decide: (work) => {
          work.update(memberships, { ...work.get(memberships, key(10)), member: 'changed' });
          work.remove(memberships, key(1));
        },
      });
      const members = await units.run({
        name: 'look',
        load: [read(memberships, key(1), key(2), key(10), key(11))],
        decide: (work) => [1, 2, 10, 11].map((number) => work.find(memberships, key(number))?.member),
      });
      expect(members).toEqual([undefined, 'm2', 'changed', undefined]);
    });

    it('of thousands of rows leave in several statements', async () => {
      const numbers = Array.from({ length: 2_500 }, (_, number) => number);
      const groupId = newId();
      await units.run({
        name: 'insert-many',
        load: [],
        decide: (work) =>
          numbers.forEach((number) => work.insert(memberships, { groupId, number, member: 'm' })),
      });
      const found = await units.run({
        name: 'find-many',
        load: [lock(memberships, ...numbers.map((number) => [groupId, number] as const))],
        decide: (work) =>
          numbers.filter((number) => work.find(memberships, [groupId, number] as const)).length,
      });
      expect(found).toBe(2_500);
    });
  });

  describe('a unit that throws', () => {
    it('is undone alone, with what it wrote before it threw', async () => {
      const refused = new Refusal('no', 'not today');
      const [first, second, third] = await Promise.allSettled([
        units.run(increment('a')),
        units.run(
          change('a', (work) => {
            work.update(counters, { name: 'a', value: 100 });
            throw refused;
          }),
        ),
        units.run(increment('a')),
      ]);
      expect([first, third]).toEqual([
        { status: 'fulfilled', value: 1 },
        { status: 'fulfilled', value: 2 },
      ]);
      expect(second).toEqual({ status: 'rejected', reason: refused });
      expect(await value('a')).toBe(2);
    });

    it.each<[string, UnitOfWork<unknown>, string]>([
      [
        'looks at a row that it did not load',
        { name: 'u', load: [], decide: (w) => w.find(counters, 'a') },
        'was not loaded',
      ],
      ['needs a row that is not there', change('x', (w) => w.get(counters, 'x')), 'is not there'],
      [
        'updates a row that is not there',
        change('x', (w) => w.update(counters, { name: 'x', value: 1 })),
        'is not there',
      ],
      [
        'inserts a row that it knows',
        change('there', (w) => w.insert(counters, { name: 'there', value: 1 })),
        'is there already',
      ],
      [
        'updates a row that it only read',
        {
          name: 'u',
          load: [read(counters, 'there')],
          decide: (w) => w.update(counters, { name: 'there', value: 1 }),
        },
        'was not loaded with lock',
      ],
      [
        'removes a row that it only read',
        { name: 'u', load: [read(counters, 'there')], decide: (w) => w.remove(counters, 'there') },
        'was not loaded with lock',
      ],
      ['decides asynchronously', { name: 'u', load: [], decide: () => Promise.resolve() }, 'asynchronously'],
    ])('because it %s is defective', async (_, unit, message) => {
      await units.run(change('there', (work) => work.insert(counters, { name: 'there', value: 7 })));
      const [defective, neighbour] = await Promise.allSettled([
        units.run(unit),
        units.run(increment('there')),
      ]);
      expect(defective).toMatchObject({ status: 'rejected', reason: expect.any(Defect) });
      expect(defective).toMatchObject({ reason: { message: expect.stringContaining(message) } });
      expect(neighbour).toMatchObject({ status: 'fulfilled', value: 8 });
    });

    it('for a key that is not one is refused before it waits', async () => {
      const load = [lock(counters, undefined as unknown as string)];
      await expect(units.run({ name: 'u', load, decide: () => 1 })).rejects.toThrow(Defect);
    });

    it('cannot write after it has decided', async () => {
      let kept: WorkingSet | undefined;
      await units.run({ name: 'u', load: [], decide: (work) => void (kept = work) });
      expect(() => kept?.insert(counters, { name: 'late', value: 1 })).toThrow(Defect);
    });
  });

  describe('a unit that cannot be written', () => {
    const insertBlindly = (name: string): UnitOfWork<void> => ({
      name: 'insert-blindly',
      load: [],
      decide: (work) => work.insert(counters, { name, value: 1 }),
    });

    it('fails alone when its key is taken', async () => {
      await units.run(insertBlindly('taken'));
      const outcomes = await Promise.allSettled([
        ...['a', 'b', 'c'].map((name) => units.run(increment(name))),
        units.run(insertBlindly('taken')),
        ...['d', 'e', 'a'].map((name) => units.run(increment(name))),
      ]);
      expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual([
        true,
        true,
        true,
        false,
        true,
        true,
        true,
      ]);
      expect(outcomes[3]).toMatchObject({ reason: expect.any(DuplicateKey) });
      expect(await value('a')).toBe(2);
      expect(await value('taken')).toBe(1);
    });

    it('fails alone when a neighbour took its key', async () => {
      const outcomes = await Promise.allSettled([
        units.run(insertBlindly('a')),
        units.run(insertBlindly('a')),
        units.run(increment('a')),
      ]);
      expect(outcomes).toEqual([
        { status: 'fulfilled', value: undefined },
        { status: 'rejected', reason: expect.any(DuplicateKey) },
        { status: 'fulfilled', value: 2 },
      ]);
    });

    it('fails alone when the database refuses its row', async () => {
      const bad = { ...sampleRow(), text: null as unknown as string };
      const outcomes = await Promise.allSettled([
        units.run(increment('a')),
        units.run({ name: 'bad', load: [], decide: (work) => work.insert(samples, bad) }),
        units.run(increment('a')),
      ]);
      expect(outcomes).toEqual([
        { status: 'fulfilled', value: 1 },
        { status: 'rejected', reason: expect.any(StatementRefused) },
        { status: 'fulfilled', value: 2 },
      ]);
    });
  });

  describe('a second stage of loading', () => {
    /** Adds one to the counter that a sample's text names. */
    const incrementNamed = (id: string): UnitOfWork<number> => ({
      name: 'increment-named',
      load: [lock(samples, id)],
      loadMore: (work) => {
        const name = work.find(samples, id)?.text;
        return name === undefined ? [] : [lock(memberships, [id, name.length] as const)];
      },
      decide: (work) => {
        const text = work.find(samples, id)?.text;
        if (text === undefined) return -1;
        const known = work.find(memberships, [id, text.length] as const);
        if (known) work.update(memberships, { ...known, member: `${Number(known.member) + 1}` });
        else work.insert(memberships, { groupId: id, number: text.length, member: '1' });
        return Number(known?.member ?? 0) + 1;
      },
    });

    it('loads what only the first stage tells', async () => {
      const row = sampleRow({ text: 'four' });
      await units.run({ name: 'insert', load: [], decide: (work) => work.insert(samples, row) });
      const counts = await Promise.all([1, 2, 3].map(() => units.run(incrementNamed(row.id))));
      expect(counts).toEqual([1, 2, 3]);
    });

    it('is asked again when a neighbour has changed the answer', async () => {
      const row = sampleRow({ text: 'four' });
      const [, count] = await Promise.all([
        units.run({ name: 'insert', load: [], decide: (work) => work.insert(samples, row) }),
        units.run(incrementNamed(row.id)),
      ]);
      expect(count).toBe(1);
    });

    it('is defective when it goes back in the lock order', async () => {
      const unit: UnitOfWork<void> = {
        name: 'backwards',
        load: [lock(samples, newId())],
        loadMore: () => [lock(counters, 'a')],
        decide: () => undefined,
      };
      const [backwards, neighbour] = await Promise.allSettled([units.run(unit), units.run(increment('a'))]);
      expect(backwards).toMatchObject({ reason: expect.any(Defect) });
      expect(neighbour).toMatchObject({ value: 1 });
    });
  });

  describe('several committers', () => {
    it('lose no update of a row that all of them want', async () => {
      const committers = [units, await harness.create(), await harness.create()];
      const runs = Array.from({ length: 300 }, (_, run) => committers[run % 3]!.run(increment('hot')));
      const results = await Promise.all(runs);
      expect([...results].sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, run) => run + 1));
      expect(await value('hot')).toBe(300);
    });

    it('make a row once, whoever comes first', async () => {
      const other = await harness.create();
      const names = Array.from({ length: 20 }, (_, name) => `n${name}`);
      await Promise.all(names.flatMap((name) => [units.run(increment(name)), other.run(increment(name))]));
      expect(await Promise.all(names.map(value))).toEqual(names.map(() => 2));
    });

    it('take overlapping rows in one order, whatever order they are named in', async () => {
      const other = await harness.create();
      const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
      const moveAll = (order: readonly string[]): UnitOfWork<void> => ({
        name: 'move-all',
        load: [lock(counters, ...order)],
        decide: (work) => order.forEach((name) => bump(work, name)),
      });
      const runs = Array.from({ length: 100 }, (_, run) =>
        run % 2 === 0 ? units.run(moveAll(names)) : other.run(moveAll([...names].reverse())),
      );
      await Promise.all(runs);
      expect(await Promise.all(names.map(value))).toEqual(names.map(() => 100));
    });
  });

  describe('listeners of commits', () => {
    it('hear of inserted rows before the caller does, and of nothing that was undone', async () => {
      const heard: string[] = [];
      units.onCommitted(counters, (rows: readonly CounterRow[]) =>
        heard.push(...rows.map(({ name }) => name)),
      );
      const first = units
        .run(change('b', (work) => work.insert(counters, { name: 'b', value: 1 })))
        .then(() => [...heard]);
      const undone = units.run({
        name: 'undone',
        load: [],
        decide: (work) => {
          work.insert(counters, { name: 'undone', value: 1 });
          throw new Refusal('no', 'not today');
        },
      });
      await expect(undone).rejects.toThrow(Refusal);
      expect(await first).toEqual(['b']);
      await units.run(increment('b'));
      expect(heard).toEqual(['b']);
    });
  });

  describe('deciding', () => {
    it("runs in its caller's context and knows the time", async () => {
      const context = new AsyncLocalStorage<string>();
      const unit: UnitOfWork<unknown> = {
        name: 'u',
        load: [],
        decide: (work) => [context.getStore(), work.now instanceof Date],
      };
      const seen = await Promise.all(['x', 'y'].map((caller) => context.run(caller, () => units.run(unit))));
      expect(seen).toEqual([
        ['x', true],
        ['y', true],
      ]);
    });

    it('gives rows that a unit may change without changing the data', async () => {
      await units.run(change('a', (work) => work.insert(counters, { name: 'a', value: 1 })));
      await units.run(
        change('a', (work) => {
          (work.get(counters, 'a') as { value: number }).value = 99;
        }),
      );
      expect(await value('a')).toBe(1);
    });
  });

  describe('closing', () => {
    it('finishes what waits and takes nothing new', async () => {
      const waiting = Array.from({ length: 10 }, () => units.run(increment('a')));
      const closed = units.close();
      await expect(units.run(increment('a'))).rejects.toThrow(Overloaded);
      await closed;
      expect(await Promise.all(waiting)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    });
  });
}

const change = <Result>(name: string, decide: (work: WorkingSet) => Result): UnitOfWork<Result> => ({
  name: 'change',
  load: [lock(counters, name)],
  decide,
});

function bump(work: WorkingSet, name: string): number {
  const value = (work.find(counters, name)?.value ?? 0) + 1;
  if (value === 1) work.insert(counters, { name, value });
  else work.update(counters, { name, value });
  return value;
}

export const increment = (name: string): UnitOfWork<number> => change(name, (work) => bump(work, name));

export const sampleRow = (given: Partial<SampleRow> = {}): SampleRow => ({
  id: newId(),
  parentId: null,
  text: 'text',
  document: {},
  extra: null,
  amountMinor: 0,
  flag: true,
  ratio: 0,
  createdAt: new Date('2026-01-02T03:04:05.678Z'),
  endedAt: null,
  ...given,
});
