import { setImmediate as settled } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { counters } from '../testing/sample-rows.js';
import type { HeldRow } from './group.js';
import { UnitsSetAside, type LoneOutcome } from './units-set-aside.js';

const row = (key: string): HeldRow => ({ name: `CounterRow ${key}`, table: counters, key });

describe('units that are set aside', () => {
  let events: string[];
  let overdue: Set<string>;
  /** Ends the wait for a row, or the try of a unit alone. */
  let waits: Map<string, (result: boolean) => void>;
  let tries: Map<string, (outcome: LoneOutcome) => void>;
  let aside: UnitsSetAside<string>;

  beforeEach(() => {
    [events, overdue, waits, tries] = [[], new Set(), new Map(), new Map()];
    aside = new UnitsSetAside<string>(
      { maxRows: 2, maxUnits: 4 },
      {
        comesFree: ({ key }) => new Promise((resolve) => waits.set(String(key), resolve)),
        tryAlone: (member) => new Promise((resolve) => tries.set(member, resolve)),
        giveBack: (members) => void events.push(`back: ${members.join()}`),
        began: (held) => void events.push(`began: ${held?.name}`),
        isOverdue: (member) => overdue.has(member),
        refuse: (member, reason) => void events.push(`${reason}: ${member}`),
      },
    );
  });

  const ends = async (key: string, isFree: boolean): Promise<void> => {
    const end = waits.get(key)!;
    waits.delete(key);
    end(isFree);
    await settled();
  };
  const tried = async (member: string, outcome: LoneOutcome): Promise<void> => {
    const end = tries.get(member)!;
    tries.delete(member);
    end(outcome);
    await settled();
  };

  it('wait for their row, one wait for all of them, and come back when it is free', async () => {
    aside.add(row('a'), 'first');
    aside.add(row('a'), 'second');
    expect(aside.count).toBe(2);
    expect([aside.has('CounterRow a'), aside.has('CounterRow b')]).toEqual([true, false]);
    expect([...waits.keys()]).toEqual(['a']);
    await ends('a', true);
    expect(events).toEqual(['began: CounterRow a', 'back: first,second']);
    expect([aside.count, aside.has('CounterRow a'), waits.size]).toEqual([0, false, 0]);
  });

  it('wait on while the row is held', async () => {
    aside.add(row('a'), 'first');
    await ends('a', false);
    expect([...waits.keys()]).toEqual(['a']);
    expect([aside.count, aside.has('CounterRow a')]).toEqual([1, true]);
    expect(events).toEqual(['began: CounterRow a']);
  });

  it('have their turns, where more rows are held than may be waited for', async () => {
    for (const key of ['a', 'b', 'c']) aside.add(row(key), key);
    expect([...waits.keys()]).toEqual(['a', 'b']);
    await ends('a', false);
    expect([...waits.keys()].sort()).toEqual(['b', 'c']);
    await ends('b', true);
    expect([...waits.keys()].sort()).toEqual(['a', 'c']);
  });

  it('are bounded', () => {
    for (const name of ['1', '2', '3', '4', '5']) aside.add(row('a'), name);
    expect(aside.count).toBe(4);
    expect(events).toEqual(['began: CounterRow a', 'too-many: 5']);
  });

  it('are tried alone where nobody knows the row, and nobody waits behind them', async () => {
    aside.add(undefined, 'first');
    aside.add(undefined, 'second');
    expect([...tries.keys()]).toEqual(['first', 'second']);
    expect([...waits.keys()]).toEqual([]);
    expect(aside.count).toBe(2);
    await tried('first', 'still-held');
    expect([...tries.keys()].sort()).toEqual(['first', 'second']);
    await tried('first', 'through');
    expect(aside.count).toBe(1);
    expect(events).toEqual(['began: undefined', 'began: undefined', 'back: ']);
  });

  it('count as waiting while they are tried', () => {
    for (const name of ['1', '2']) aside.add(undefined, name);
    for (const name of ['3', '4', '5']) aside.add(row('a'), name);
    expect(events.at(-1)).toBe('too-many: 5');
  });

  it('are refused when they have waited too long, whichever row they wait for', async () => {
    for (const key of ['a', 'b', 'c']) aside.add(row(key), key);
    aside.add(row('a'), 'a2');
    overdue = new Set(['a', 'c']);
    await ends('b', false);
    expect(events.slice(3)).toEqual(['overdue: a', 'overdue: c']);
    // Nobody waits for c any more; a has one unit left, and b is waited for again.
    expect([aside.count, aside.has('CounterRow c')]).toEqual([2, false]);
    expect([...waits.keys()].sort()).toEqual(['a', 'b']);
    overdue = new Set(['b']);
    await ends('b', false);
    expect([aside.has('CounterRow b'), waits.has('b')]).toEqual([false, false]);
  });

  it('are refused when it closes, and it has closed when nothing is waited for', async () => {
    aside.add(row('a'), 'first');
    aside.add(undefined, 'alone');
    let isClosed = false;
    void aside.close().then(() => (isClosed = true));
    expect(events.slice(2)).toEqual(['closing: first']);
    aside.add(row('b'), 'late');
    expect(events.slice(3)).toEqual(['closing: late']);
    await ends('a', true);
    expect(isClosed).toBe(false);
    await tried('alone', 'still-held');
    expect(events).toContain('closing: alone');
    expect(isClosed).toBe(true);
  });

  it('close at once where there are none', async () => {
    await expect(aside.close()).resolves.toBeUndefined();
  });
});
