import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { systemClock } from './clock.js';
import { systemTimers } from './timers.js';

describe('timers', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('pause', async () => {
    let isOver = false;
    void systemTimers.pause(100).then(() => (isOver = true));
    await jest.advanceTimersByTimeAsync(99);
    expect(isOver).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(isOver).toBe(true);
  });

  it('run something once, or again and again', () => {
    const [once, often] = [jest.fn(), jest.fn()];
    systemTimers.after(100, once);
    systemTimers.every(100, often);
    jest.advanceTimersByTime(99);
    expect([once, often].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
    jest.advanceTimersByTime(201);
    expect([once, often].map(({ mock }) => mock.calls.length)).toEqual([1, 3]);
  });

  it('run nothing once they were cancelled, and may be cancelled again', () => {
    const run = jest.fn();
    for (const timer of [systemTimers.after(100, run), systemTimers.every(100, run)]) {
      timer.cancel();
      timer.cancel();
    }
    jest.advanceTimersByTime(1_000);
    expect(run).not.toHaveBeenCalled();
  });
});

it('has the time of day, and one that only grows', () => {
  const before = Date.now();
  expect(systemClock.now().getTime()).toBeGreaterThanOrEqual(before);
  const first = systemClock.monotonicMs();
  expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(first);
});
