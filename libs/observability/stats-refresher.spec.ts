import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { gauge, registry } from './metrics.js';
import { StatsRefresher } from './stats-refresher.js';

const everySeconds = 15;
const longestMs = everySeconds * 1_000 * 1.2;

let refresher: StatsRefresher;
let looks: string[];

/** Stats of one gauge that shows how often it was looked at, or what `look` finds. */
function keep(
  name: string,
  look: (before: number) => Promise<number> = (before) => Promise.resolve(before + 1),
) {
  const shown = gauge({ name, help: name });
  let found = 0;
  refresher.keep({
    name,
    look: () => {
      looks.push(name);
      return look(found);
    },
    show: (now) => shown.set((found = now)),
  });
}

async function shown(line: string): Promise<number> {
  const [, value] = new RegExp(`^${line} (\\S+)$`, 'm').exec(await registry.metrics()) ?? [];
  return Number(value);
}

const refreshedAt = (name: string) => shown(`orders_stats_refreshed_timestamp_seconds\\{stats="${name}"\\}`);
const never = () => new Promise<number>(() => undefined);
const away = () => Promise.reject(new Error('the database is away'));

beforeEach(() => {
  jest.useFakeTimers({ now: 1_000_000 });
  Logger.overrideLogger(false);
  looks = [];
  refresher = new StatsRefresher(everySeconds);
});
afterEach(async () => {
  const stopping = refresher.stop();
  await jest.advanceTimersByTimeAsync(longestMs);
  await stopping;
  registry.clear();
  jest.useRealTimers();
});

describe('stats', () => {
  it('are looked up at the start and now and then, and show since when they are what they are', async () => {
    keep('a');
    expect([await shown('a'), await refreshedAt('a')]).toEqual([0, 0]);
    refresher.start();
    await jest.advanceTimersByTimeAsync(0);
    expect([await shown('a'), await refreshedAt('a')]).toEqual([1, 1_000]);
    await jest.advanceTimersByTimeAsync(longestMs);
    expect(await shown('a')).toBe(2);
    expect(await refreshedAt('a')).toBeGreaterThanOrEqual(1_000 + everySeconds * 0.8);
  });

  it('are not looked up by a scrape, nor by a thousand', async () => {
    keep('a');
    refresher.start();
    await jest.advanceTimersByTimeAsync(0);
    await Promise.all(Array.from({ length: 1_000 }, () => registry.metrics()));
    expect(looks).toEqual(['a']);
  });

  it('are looked up one after the other', async () => {
    let atOnce = 0;
    const look = async () => {
      expect(++atOnce).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 10));
      return atOnce--;
    };
    keep('a', look);
    keep('b', look);
    refresher.start();
    await jest.advanceTimersByTimeAsync(20);
    expect([await shown('a'), await shown('b')]).toEqual([1, 1]);
  });

  it('keep what they were while nobody can look, are told of once, and keep no others from theirs', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    let look = () => Promise.resolve(7);
    keep('a', () => look());
    keep('b');
    await refresher.refresh();
    look = away;
    jest.setSystemTime(2_000_000);
    await refresher.refresh();
    await refresher.refresh();
    expect([await shown('a'), await refreshedAt('a')]).toEqual([7, 1_000]);
    expect([await shown('b'), await refreshedAt('b')]).toEqual([3, 2_000]);
    expect(warn).toHaveBeenCalledTimes(1);
    look = () => Promise.resolve(8);
    await refresher.refresh();
    expect([await shown('a'), await refreshedAt('a')]).toEqual([8, 2_000]);
    warn.mockRestore();
  });

  it('have a time for their looks, and are not looked up again while one goes on', async () => {
    let end: (found: number) => void = () => undefined;
    keep('a', () => new Promise((resolve) => (end = resolve)));
    keep('b');
    const late = refresher.refresh();
    await jest.advanceTimersByTimeAsync(5_000);
    await late;
    expect([await shown('b'), await refreshedAt('a')]).toEqual([1, 0]);
    await refresher.refresh();
    expect(looks).toEqual(['a', 'b', 'b']);
    end(9);
    await jest.advanceTimersByTimeAsync(0);
    expect(await shown('a')).toBe(0);
    const inTime = refresher.refresh();
    await jest.advanceTimersByTimeAsync(0);
    end(10);
    await inTime;
    expect(looks).toEqual(['a', 'b', 'b', 'a', 'b']);
    expect(await shown('a')).toBe(10);
  });

  it('are left alone after the end, which waits no longer than a look may take', async () => {
    keep('a', never);
    keep('b');
    refresher.start();
    const stopped = refresher.stop();
    await jest.advanceTimersByTimeAsync(5_000);
    await stopped;
    await jest.advanceTimersByTimeAsync(10 * longestMs);
    expect(looks).toEqual(['a']);
  });

  it('of many processes are not looked up at the same moment', async () => {
    const others = [refresher, ...Array.from({ length: 9 }, () => new StatsRefresher(everySeconds))];
    const at = new Set<number>();
    for (const each of others) {
      each.keep({ name: 'a', look: async () => at.add(Date.now()), show: () => undefined });
      each.start();
    }
    await jest.advanceTimersByTimeAsync(everySeconds * 1_000 * 0.8 - 1);
    expect([...at]).toEqual([1_000_000]);
    at.clear();
    await jest.advanceTimersByTimeAsync(everySeconds * 1_000 * 0.4 + 1);
    expect(at.size).toBeGreaterThan(5);
    const stopping = others.map((each) => each.stop());
    await jest.advanceTimersByTimeAsync(0);
    await Promise.all(stopping);
  });
});
