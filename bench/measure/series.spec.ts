import { describe, expect, it } from '@jest/globals';
import { sampleAt, using } from '../testing/samples.js';
import { courseOf, groupSizeOf, meanGroupSize, processNames, rateOf } from './series.js';

describe('the course of a run', () => {
  it('says how fast a count grew per second, whatever lies between two samples', () => {
    const samples = [
      sampleAt(10, { accepted: 5 }),
      sampleAt(11, { accepted: 105 }),
      sampleAt(13, { accepted: 205 }),
    ];
    expect(rateOf(samples, ({ counts }) => counts.accepted)).toEqual([
      [1, 100],
      [3, 50],
    ]);
  });

  it('leaves out a process while it is not there', () => {
    const samples = [
      sampleAt(0),
      sampleAt(1, {}, { worker: using(2, 7) }),
      sampleAt(2, {}, { worker: using(3, 8) }),
    ];
    expect(rateOf(samples, ({ usage }) => usage['worker']?.cpuSeconds)).toEqual([[2, 1]]);
    expect(courseOf(samples, ({ usage }) => usage['worker']?.rssBytes)).toEqual([
      [1, 7],
      [2, 8],
    ]);
    expect(processNames(samples)).toEqual(['worker']);
  });

  it('gives the mean size of the groups that were committed in between, and none where none was', () => {
    const groups = (units: number, count: number) => ({ groups: { orders: { units, groups: count } } });
    const samples = [
      sampleAt(0),
      sampleAt(1, groups(100, 10)),
      sampleAt(2, groups(100, 10)),
      sampleAt(3, groups(160, 12)),
    ];
    expect(groupSizeOf(samples, 'orders')).toEqual([
      [1, 10],
      [3, 30],
    ]);
    expect(meanGroupSize(samples[0]!, samples[3]!, 'orders')).toBeCloseTo(13.33);
  });
});
