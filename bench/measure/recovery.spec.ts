import { describe, expect, it } from '@jest/globals';
import { normalAfter } from './recovery.js';

const looks = (...normal: readonly boolean[]) =>
  normal.map((is, n) => ({ atMs: (n + 1) * 1000, normal: is }));

describe('recovery', () => {
  it('is when the last thing that was not normal is over', () => {
    expect(normalAfter(looks(false, true, false, true, true), 500)).toBe(3.5);
  });

  it('is at once when everything was normal', () => {
    expect(normalAfter(looks(true, true), 500)).toBe(0);
  });

  it('has not come when the last look was not normal', () => {
    expect(normalAfter(looks(true, false), 0)).toBe(-1);
  });

  it('takes looks in the order of their time', () => {
    expect(normalAfter([...looks(false, false, true)].reverse(), 0)).toBe(3);
  });
});
