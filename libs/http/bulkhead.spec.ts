import { beforeEach, describe, expect, it } from '@jest/globals';
import { Bulkhead, type Leave } from './bulkhead.js';

let bulkhead: Bulkhead;
beforeEach(() => {
  bulkhead = new Bulkhead({ maxConcurrent: 4, maxShare: 2 });
});

const enter = (caller: string | null): Leave => {
  const leave = bulkhead.enter(caller);
  if (typeof leave === 'string') throw new Error(leave);
  return leave;
};

describe('a bulkhead', () => {
  it('gives one caller a share and no more, and the others the rest', () => {
    enter('a');
    enter('a');
    expect(bulkhead.enter('a')).toBe('share');
    enter('b');
    enter('b');
    expect(bulkhead.enter('c')).toBe('full');
    expect(bulkhead.size).toBe(4);
  });

  it('has room again for who left, once for each time that they came', () => {
    const leave = enter('a');
    enter('a');
    leave();
    leave();
    expect(bulkhead.size).toBe(1);
    enter('a');
    expect(bulkhead.crowding('a')).toBe('share');
  });

  it('bounds who has no share of their own by the room alone', () => {
    for (let n = 0; n < 4; n++) enter(null);
    expect(bulkhead.crowding(null)).toBe('full');
    expect(bulkhead.crowding('a')).toBe('full');
  });

  it('remembers nobody who is not inside', () => {
    for (let n = 0; n < 100; n++) enter(`caller-${n}`)();
    expect(bulkhead).toMatchObject({ taken: 0, takenBy: new Map() });
  });
});
