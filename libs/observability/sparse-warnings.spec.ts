import { describe, expect, it } from '@jest/globals';
import { SparseWarnings } from './sparse-warnings.js';

describe('warnings of what happens to many at once', () => {
  const lines: unknown[] = [];
  let nowMs = 0;
  const warnings = new SparseWarnings(
    { warn: (message: unknown, fields: unknown) => lines.push([message, fields]) },
    { monotonicMs: () => nowMs },
  );

  it('are a line at once, and one in ten seconds that counts the others', () => {
    for (let time = 0; time < 500; time += 1) warnings.warn('Overloaded', 'refused', { route: '/a' });
    nowMs = 9_999;
    warnings.warn('Overloaded', 'refused', { route: '/b' });
    expect(lines.splice(0)).toEqual([['refused', { route: '/a', kind: 'Overloaded', count: 1 }]]);
    nowMs = 10_000;
    warnings.warn('Overloaded', 'refused', { route: '/c' });
    expect(lines.splice(0)).toEqual([['refused', { route: '/c', kind: 'Overloaded', count: 501 }]]);
  });

  it('do not keep each other back', () => {
    warnings.warn('ConnectionLost', 'refused', { route: '/a' });
    expect(lines).toHaveLength(1);
  });
});
