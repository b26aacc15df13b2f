import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PoisonQuarantine } from './poison-quarantine.js';

describe('PoisonQuarantine', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const { signal: there } = new AbortController();

  /** Which ones were begun in each round; each takes as long as given. */
  const handled = async (lastMs: readonly number[], random: () => number): Promise<number[][]> => {
    const quarantine = new PoisonQuarantine({ random });
    const rounds = new Map<number, number[]>();
    for (const [suspect, ms] of lastMs.entries()) {
      const handle = async (): Promise<void> => {
        const now = Date.now();
        rounds.set(now, [...(rounds.get(now) ?? []), suspect]);
        await new Promise((resolve) => setTimeout(resolve, ms));
      };
      void quarantine.handle(handle, there);
    }
    await jest.advanceTimersByTimeAsync(400);
    expect(rounds.size).toBe(0);
    await jest.advanceTimersByTimeAsync(60_000);
    return [...rounds.values()];
  };

  it('are handled after what was delivered beside them: one, then two, then four at once', async () => {
    const eight = Array<number>(8).fill(10);
    expect(await handled(eight, () => 0)).toEqual([[0], [1, 2], [3, 4, 5, 6], [7]]);
  });

  it('are handled in random order, so that none is always behind the one that kills', async () => {
    expect(await handled([10, 10, 10], () => 0.99)).toEqual([[2], [1, 0]]);
  });

  it('do not wait for one that takes long: it has lived', async () => {
    expect(await handled([30_000, 10, 10], () => 0)).toEqual([[0], [1, 2]]);
  });

  it('are handled before the one that kills: on average, more than a third of them', async () => {
    // The arithmetic of the decision: what is handled before a killer at each place among 400.
    const rounds = await handled(Array<number>(400).fill(10), () => 0);
    const before = Array.from({ length: 400 }, (_, killer) => {
      const round = rounds.findIndex((members) => members.includes(killer));
      return rounds.slice(0, round).flat().length;
    });
    const mean = before.reduce((sum, count) => sum + count, 0) / before.length;
    expect(mean).toBeGreaterThan(400 / 3);
  });

  it("that are gone take nobody's place", async () => {
    const quarantine = new PoisonQuarantine({ random: () => 0 });
    const begun: string[] = [];
    const gone = AbortSignal.abort();
    const begin = (name: string) => () => Promise.resolve(void begun.push(name));
    for (let lost = 0; lost < 400; lost += 1) void quarantine.handle(begin('gone'), gone);
    void quarantine.handle(begin('there'), there);
    await jest.advanceTimersByTimeAsync(501);
    expect(begun).toContain('there');
  });

  it('end as their handling does, and the next one is handled all the same', async () => {
    const quarantine = new PoisonQuarantine({ random: () => 0 });
    const broken = quarantine.handle(() => Promise.reject(new Error('no')), there);
    const whole = quarantine.handle(() => Promise.resolve('yes'), there);
    void jest.advanceTimersByTimeAsync(5_000);
    await expect(broken).rejects.toThrow('no');
    await expect(whole).resolves.toBe('yes');
    const later = quarantine.handle(() => Promise.resolve('later'), there);
    void jest.advanceTimersByTimeAsync(5_000);
    await expect(later).resolves.toBe('later');
  });
});
