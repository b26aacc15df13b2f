import { describe, expect, it } from '@jest/globals';
import { sampleAt, using } from '../testing/samples.js';
import { cpuBetween, memoryGrowthPerMinute, peakMemoryBytes } from './cpu.js';

describe('what processes used', () => {
  it('is the difference, of those that were there all the time', () => {
    const before = sampleAt(0, {}, { api: using(10) });
    const after = sampleAt(5, {}, { api: using(13), late: using(1) });
    expect([...cpuBetween(before, after)]).toEqual([['api', 3]]);
  });

  it('has its peak wherever that was', () => {
    const samples = [1, 9, 4].map((bytes, second) => sampleAt(second, {}, { api: using(0, bytes) }));
    expect(peakMemoryBytes(samples).get('api')).toBe(9);
  });

  it('grows by what a line through its samples says', () => {
    const samples = Array.from({ length: 60 }, (_, second) =>
      sampleAt(second, {}, { api: using(0, 500 + second * 2) }),
    );
    expect(memoryGrowthPerMinute(samples, 'api')).toBeCloseTo(120);
  });

  it('does not grow when it goes up and down, or when there is too little to say', () => {
    const restless = [3, 1, 3, 1, 3].map((bytes, second) => sampleAt(second, {}, { api: using(0, bytes) }));
    expect(memoryGrowthPerMinute(restless, 'api')).toBeCloseTo(0);
    expect(memoryGrowthPerMinute(restless.slice(0, 2), 'api')).toBe(0);
    expect(memoryGrowthPerMinute(restless, 'nobody')).toBe(0);
  });
});
