import { describe, expect, it } from '@jest/globals';
import { normalAfter } from './recovery.js';

const looks = (...normal: readonly boolean[]) =>
  normal.map((is, n) => ({ atMs: (n + 1) * 1000, normal: is }));

describe('recovery', () => {
  it('is when the last thing that was not normal is over', () => {
    expect(normalAfter(looks(false, true, false, true, true), 500)).toBe(3.5);
  });

  it('is not before the first look, also when that finds everything normal', () => {
    expect(normalAfter(looks(true, true), 500)).toBe(0.5);
    expect(normalAfter(looks(true, true), 1500)).toBe(0);
  });

  it('is not known when nobody looked', () => {
    expect(normalAfter([], 0)).toBe(-1);
  });

  it('has not come when the last look was not normal', () => {
    expect(normalAfter(looks(true, false), 0)).toBe(-1);
  });

  it('takes looks in the order of their time', () => {
    expect(normalAfter([...looks(false, false, true)].reverse(), 0)).toBe(3);
  });
});
