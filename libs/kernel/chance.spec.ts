import { afterEach, describe, expect, it } from '@jest/globals';
import { increasingIds, random, randomHex, replaceChance } from './chance.js';
import { isId, newId } from './ids.js';

describe('Chance', () => {
  let putBack = (): void => undefined;
  afterEach(() => putBack());

  it('gives ids, jitter and digits that differ', () => {
    expect(isId(newId())).toBe(true);
    expect(newId()).not.toBe(newId());
    expect(random()).toBeLessThan(1);
    expect(randomHex(16)).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(Array.from({ length: 1_000 }, () => randomHex(8))).size).toBe(1_000);
  });

  it('is replaced for all who ask, until it is put back', () => {
    putBack = replaceChance({ random: () => 0.25, newId: () => 'the-id', hex: () => 'ff' });
    expect([random(), newId(), randomHex(1)]).toEqual([0.25, 'the-id', 'ff']);
    putBack();
    expect(newId()).not.toBe('the-id');
  });

  it('draws digits again that are all zero, which no trace may have', () => {
    const drawn = ['00', '00', '0a'];
    putBack = replaceChance({ random: () => 0, newId: () => '', hex: () => drawn.shift()! });
    expect(randomHex(1)).toBe('0a');
  });
});

describe('Ids of one process', () => {
  const anything = (count: number): Buffer => Buffer.alloc(count, 0xff);

  it('increase within a millisecond, and when the clock steps back', () => {
    const times = [5_000, 5_000, 5_000, 4_000, 5_000, 5_001];
    const next = increasingIds(() => times.shift()!, anything);
    const ids = Array.from({ length: 6 }, () => next());
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(6);
    expect(ids.every(isId)).toBe(true);
  });

  it('begin with the time', () => {
    const next = increasingIds(() => 0x0123456789ab, anything);
    expect(next()).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab]/);
  });
});
