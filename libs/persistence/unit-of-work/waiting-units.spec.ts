import { describe, expect, it } from '@jest/globals';
import { Overloaded } from '../database/errors.js';
import { WaitingUnits, type Priority } from './waiting-units.js';

type Named = { readonly name: string; readonly priority: Priority };
const member = (name: string, priority: Priority): Named => ({ name, priority });
const names = (members: readonly { name: string }[]) => members.map(({ name }) => name);

describe('waiting units', () => {
  it('are taken in their order, those that were begun before those that are new', () => {
    const waiting = new WaitingUnits<Named>({ new: 10, started: 10 });
    for (const name of ['n1', 'n2', 'n3']) waiting.add(member(name, 'new'));
    for (const name of ['s1', 's2']) waiting.add(member(name, 'started'));
    expect(waiting.counts).toEqual({ new: 3, started: 2 });
    expect(names(waiting.take(1))).toEqual(['s1']);
    expect(names(waiting.take(2))).toEqual(['s2', 'n1']);
    expect(waiting.counts).toEqual({ new: 2, started: 0 });
    expect(names(waiting.take(5))).toEqual(['n2', 'n3']);
    expect(waiting.take(5)).toEqual([]);
  });

  it('that come back go before all others, new or not', () => {
    const waiting = new WaitingUnits<Named>({ new: 10, started: 10 });
    waiting.add(member('s1', 'started'));
    waiting.putBack([member('n1', 'new'), member('n2', 'new')]);
    expect(names(waiting.take(5))).toEqual(['n1', 'n2', 's1']);
  });

  it.each(['new', 'started'] as const)('are bounded, each kind by itself: %s', (priority) => {
    const waiting = new WaitingUnits<Named>({ new: 2, started: 2 });
    for (const name of ['a', 'b']) waiting.add(member(name, priority));
    expect(() => waiting.add(member('c', priority))).toThrow(Overloaded);
    expect(() => waiting.add(member('c', priority))).toThrow('2 units of work are waiting already');
    waiting.add(member('d', priority === 'new' ? 'started' : 'new'));
    waiting.take(3);
    expect(() => waiting.add(member('e', priority))).not.toThrow();
  });
});
