import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DatabaseClock } from './database-clock.js';

describe('DatabaseClock', () => {
  let monotonicMs: number;
  const local = { now: () => new Date(0), monotonicMs: () => monotonicMs };
  beforeEach(() => {
    monotonicMs = 500;
    jest.useFakeTimers();
  });
  afterEach(() => void jest.useRealTimers());

  /** A database whose answer takes `outMs` to be made and `backMs` to arrive. */
  const database = (timeMs: () => number, trips: [outMs: number, backMs: number][]) => async () => {
    const [outMs, backMs] = trips.shift() ?? [0, 0];
    monotonicMs += outMs;
    const answer = timeMs();
    monotonicMs += backMs;
    return answer;
  };

  it('believes the shortest of three looks, and that it was answered midway', async () => {
    const epochMs = 1_700_000_000_000;
    const ask = database(() => epochMs + monotonicMs, [[5, 95], [2, 2], [50, 0]]); // prettier-ignore
    const clock = new DatabaseClock(ask, local);
    await clock.start();
    expect(clock.now().getTime()).toBe(epochMs + monotonicMs);
    monotonicMs += 1234;
    expect(clock.now().getTime()).toBe(epochMs + monotonicMs);
    clock.stop();
  });

  it('looks again every 30 s, and keeps what it knows while the database is away', async () => {
    let aheadMs = 0;
    let away = false;
    const clock = new DatabaseClock(async () => {
      if (away) throw new Error('away');
      return monotonicMs + aheadMs;
    }, local);
    await clock.start();
    aheadMs = 60_000;
    away = true;
    await jest.advanceTimersByTimeAsync(30_000);
    expect(clock.now().getTime()).toBe(monotonicMs);
    away = false;
    await jest.advanceTimersByTimeAsync(30_000);
    expect(clock.now().getTime()).toBe(monotonicMs + 60_000);
    clock.stop();
  });

  it('does not start without having seen the database', async () => {
    const clock = new DatabaseClock(() => Promise.reject(new Error('away')), local);
    await expect(clock.start()).rejects.toThrow('away');
  });
});
