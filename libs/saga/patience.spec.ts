import { describe, expect, it } from '@jest/globals';
import { deadlineOf, untilAnswered } from './patience.js';

const at = new Date('2026-01-01T00:00:00.000Z');
const seconds = (deadline: Date) => (deadline.getTime() - at.getTime()) / 1000;

describe('patience', () => {
  it('doubles from attempt to attempt up to its cap', () => {
    const attempts = [1, 2, 3, 4, 5, 6, 5000];
    expect(attempts.map((attempt) => seconds(deadlineOf(untilAnswered, attempt, at, 0)))).toEqual([
      5, 10, 20, 40, 60, 60, 60,
    ]);
  });

  it('stays as it is where nothing is said about growing', () => {
    const patience = { deadlineSeconds: 30 };
    expect([1, 2, 3].map((attempt) => seconds(deadlineOf(patience, attempt, at, 0)))).toEqual([30, 30, 30]);
  });

  it('is lengthened by jitter, by a fifth at most, and never shortened', () => {
    const patience = { deadlineSeconds: 30 };
    expect(seconds(deadlineOf(patience, 1, at, 0.5))).toBe(33);
    expect(seconds(deadlineOf(patience, 1, at, 0.999_999))).toBeLessThanOrEqual(36);
  });
});
