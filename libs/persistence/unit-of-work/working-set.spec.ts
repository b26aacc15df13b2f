import { describe, expect, it } from '@jest/globals';
import { Defect } from '#libs/kernel/errors.js';
import { DuplicateKey } from '../database/errors.js';
import { counters, memberships } from '../testing/sample-rows.js';
import { GroupRows } from './group-rows.js';
import { lock, read } from './unit-of-work.js';
import { UnitWorkingSet, want } from './working-set.js';

const a = { name: 'a', value: 1 };
const b = { name: 'b', value: 1 };

function setUp(...loads: Parameters<typeof want>[1][number][]): UnitWorkingSet {
  const rows = new GroupRows();
  rows.load(counters, [a, b]);
  return new UnitWorkingSet(rows, want(new Map(), loads), new Date(0));
}

describe('what a unit wants', () => {
  it('is each key once, with lock where it wants it so anywhere', () => {
    const wanted = want(new Map(), [read(counters, 'a', 'b'), lock(counters, 'a', 'c'), read(counters, 'c')]);
    expect([...wanted.get(counters)!.values()]).toEqual([
      { key: 'a', mode: 'lock' },
      { key: 'b', mode: 'read' },
      { key: 'c', mode: 'lock' },
    ]);
    want(wanted, [read(memberships, ['g', 1] as const), read(counters, 'd')]);
    expect([wanted.size, wanted.get(counters)?.size]).toEqual([2, 4]);
  });
});

describe('a working set', () => {
  it('has the time, the rows that were loaded, and its own writes above them', () => {
    const work = setUp(lock(counters, 'a', 'b', 'c'));
    expect(work.now).toEqual(new Date(0));
    work.update(counters, { name: 'a', value: 2 });
    work.remove(counters, 'b');
    work.insert(counters, { name: 'c', value: 3 });
    expect(['a', 'b', 'c'].map((name) => work.find(counters, name)?.value)).toEqual([2, undefined, 3]);
    expect(work.get(counters, 'c').value).toBe(3);
  });

  it('lets a unit come back to what it wrote, without loading it', () => {
    const work = setUp();
    work.insert(counters, { name: 'c', value: 3 });
    work.update(counters, { name: 'c', value: 4 });
    work.remove(counters, 'c');
    expect(work.find(counters, 'c')).toBeUndefined();
    work.insert(counters, { name: 'c', value: 5 });
    expect(work.get(counters, 'c').value).toBe(5);
  });

  it.each<[string, (work: UnitWorkingSet) => unknown]>([
    ['CounterRow "c" was not loaded', (work) => work.find(counters, 'c')],
    ['MembershipRow ["g",1] was not loaded', (work) => work.find(memberships, ['g', 1] as const)],
    ['CounterRow "x" is not there', (work) => work.get(counters, 'x')],
    ['CounterRow "a" is there already', (work) => work.insert(counters, a)],
    ['CounterRow "x" is not there', (work) => work.update(counters, { name: 'x', value: 1 })],
    ['CounterRow "x" is not there', (work) => work.remove(counters, 'x')],
    ['CounterRow "b" was not loaded with lock', (work) => work.update(counters, b)],
    ['CounterRow "b" was not loaded with lock', (work) => work.remove(counters, 'b')],
  ])('is strict: %s', (message, act) => {
    const work = setUp(lock(counters, 'a', 'x'), read(counters, 'b'));
    expect(() => act(work)).toThrow(new Defect(message));
    expect(work.writes.size).toBe(0);
    expect(work.collision).toBeUndefined();
  });

  it('is strict about its own writes, too', () => {
    const work = setUp(lock(counters, 'a', 'b'));
    work.insert(counters, { name: 'c', value: 1 });
    work.remove(counters, 'a');
    const there = new Defect('CounterRow "c" is there already');
    expect(() => work.insert(counters, { name: 'c', value: 2 })).toThrow(there);
    expect(() => work.remove(counters, 'a')).toThrow(new Defect('CounterRow "a" is not there'));
    expect(() => work.update(counters, a)).toThrow(new Defect('CounterRow "a" is not there'));
  });

  it('calls a row that a neighbour has just made a collision, where the unit could not know of it', () => {
    const work = setUp();
    expect(() => work.insert(counters, a)).toThrow(DuplicateKey);
    expect(work.collision).toBeInstanceOf(DuplicateKey);
    expect(work.collision?.message).toContain('CounterRow');
  });

  it('takes nothing once the unit has decided', () => {
    const work = setUp(lock(counters, 'a'));
    work.end();
    const late = new Defect('a unit of work wrote after it had decided');
    expect(() => work.update(counters, a)).toThrow(late);
    expect(() => work.insert(counters, { name: 'c', value: 1 })).toThrow(late);
    expect(work.writes.size).toBe(0);
  });

  it('keeps writes by table and key, the last of each', () => {
    const work = setUp(lock(counters, 'a', 'b'));
    work.update(counters, { name: 'a', value: 2 });
    work.update(counters, { name: 'a', value: 3 });
    work.remove(counters, 'b');
    work.insert(memberships, { groupId: 'g', number: 1, member: 'm' });
    expect([...work.writes.get(counters)!.values()]).toEqual([
      { key: 'a', row: { name: 'a', value: 3 } },
      { key: 'b', row: null },
    ]);
    expect(work.writes.get(memberships)?.size).toBe(1);
  });
});
