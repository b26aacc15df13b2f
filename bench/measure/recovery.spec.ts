import { describe, expect, it } from '@jest/globals';
import { normalAfter } from './recovery.js';

const samples = (...normal: readonly boolean[]) =>
  normal.map((is, n) => ({ atMs: (n + 1) * 1000, normal: is }));

describe('recovery', () => {
  it('is when the last thing that was not normal is over', () => {
    expect(normalAfter(samples(false, true, false, true, true), 500)).toBe(3.5);
  });

  it('is not before the first sample, also when that finds everything normal', () => {
    expect(normalAfter(samples(true, true), 500)).toBe(0.5);
    expect(normalAfter(samples(true, true), 1500)).toBe(0);
  });

  it('is not known when there are no samples', () => {
    expect(normalAfter([], 0)).toBe(-1);
  });

  it('has not come when the last sample was not normal', () => {
    expect(normalAfter(samples(true, false), 0)).toBe(-1);
  });

  it('takes samples in the order of their time', () => {
    expect(normalAfter([...samples(false, false, true)].reverse(), 0)).toBe(3);
  });
});
