import { describe, expect, it } from '@jest/globals';
import type { AnyTable } from '../database/table.js';
import { counters, memberships } from '../testing/sample-rows.js';
import { compareTables, GroupRows, type Writes } from './group-rows.js';

const counter = (name: string, value: number) => ({ name, value });
const write = (table: AnyTable, key: string, row: object | null): Writes =>
  new Map([[table, new Map([[key, { key, row }]])]]);

describe('the rows of a group', () => {
  it('are what was loaded, with what was written above', () => {
    const rows = new GroupRows();
    rows.load(counters, [counter('a', 1), counter('b', 1)]);
    expect(rows.find(counters, 'a')).toEqual(counter('a', 1));
    expect(rows.find(counters, 'c')).toBeUndefined();
    expect(rows.find(memberships, 'a')).toBeUndefined();
    rows.apply(write(counters, 'a', counter('a', 2)));
    rows.apply(write(counters, 'b', null));
    rows.apply(write(counters, 'c', counter('c', 3)));
    expect(rows.find(counters, 'a')).toEqual(counter('a', 2));
    expect(rows.find(counters, 'b')).toBeUndefined();
    expect(rows.find(counters, 'c')).toEqual(counter('c', 3));
  });

  it('differ from what was loaded by what is inserted, updated and removed, in the order of keys', () => {
    const rows = new GroupRows();
    const [same, ...loaded] = ['same', 'u2', 'u1', 'r2', 'r1'].map((name) => counter(name, 1));
    rows.load(counters, [same!, ...loaded]);
    for (const name of ['i2', 'u2', 'r2', 'i1', 'u1', 'r1', 'fleeting']) {
      rows.apply(write(counters, name, name.startsWith('r') ? null : counter(name, 2)));
    }
    rows.apply(write(counters, 'fleeting', null));
    rows.apply(write(counters, 'same', same!));
    expect(rows.changes()).toEqual([
      {
        table: counters,
        inserted: [counter('i1', 2), counter('i2', 2)],
        updated: [counter('u1', 2), counter('u2', 2)],
        removed: ['r1', 'r2'],
      },
    ]);
  });

  it('are those of the last write', () => {
    const rows = new GroupRows();
    rows.apply(write(counters, 'a', counter('a', 1)));
    rows.apply(write(counters, 'a', counter('a', 2)));
    expect(rows.changes()).toMatchObject([{ inserted: [counter('a', 2)], updated: [], removed: [] }]);
  });

  it('change table by table in the order of locks; a table of which nothing is left changes in nothing', () => {
    const rows = new GroupRows();
    rows.apply(write(memberships, 'm', { groupId: 'g', number: 1 }));
    rows.apply(write(counters, 'a', counter('a', 1)));
    expect(rows.changes().map(({ table }) => table)).toEqual([counters, memberships]);
    rows.apply(write(counters, 'a', null));
    expect(rows.changes().map(({ table }) => table)).toEqual([memberships]);
  });
});

it('orders tables of one lock order by the names of their rows', () => {
  const table = (lockOrder: number, name: string) => ({ lockOrder, row: { name } }) as AnyTable;
  const sorted = [table(20, 'A'), table(10, 'C'), table(10, 'B')].sort(compareTables);
  expect(sorted.map(({ lockOrder, row }) => `${lockOrder} ${row.name}`)).toEqual(['10 B', '10 C', '20 A']);
});
