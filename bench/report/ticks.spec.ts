import { describe, expect, it } from '@jest/globals';
import { linearTicks, logTicks, shortNumber } from './ticks.js';

describe('the ticks of an axis', () => {
  it.each([
    [97, [0, 20, 40, 60, 80, 100]],
    [100, [0, 20, 40, 60, 80, 100]],
    [0.3, [0, 0.1, 0.2, 0.3]],
    [1234, [0, 250, 500, 750, 1000, 1250]],
    [0, [0, 1]],
  ])('are round numbers that reach %d', (max, ticks) => {
    expect(linearTicks(max)).toEqual(ticks);
  });

  it('go 1, 2, 5 on a logarithmic one, and enclose what is shown', () => {
    expect(logTicks(3, 70)).toEqual([2, 5, 10, 20, 50, 100]);
    expect(logTicks(0.02, 0.02)).toEqual([0.02, 0.05]);
  });

  it.each([
    [0, '0'],
    [0.25, '0.25'],
    [1500, '1500'],
    [25_000, '25k'],
    [1_200_000, '1.2M'],
  ])('say %d shortly', (value, text) => {
    expect(shortNumber(value)).toBe(text);
  });
});
