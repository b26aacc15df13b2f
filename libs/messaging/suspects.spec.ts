import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Suspects } from './suspects.js';

describe('Suspects', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** Handled one after the other, each for as long as it is given. */
  const handled = async (lastMs: readonly number[], random: () => number) => {
    const suspects = new Suspects({ random });
    const begun: number[] = [];
    let inHand = 0;
    let most = 0;
    for (const [suspect, ms] of lastMs.entries()) {
      void suspects.turn(async () => {
        begun.push(suspect);
        most = Math.max(most, (inHand += 1));
        await new Promise((resolve) => setTimeout(resolve, ms));
        inHand -= 1;
      });
    }
    await jest.advanceTimersByTimeAsync(400);
    expect(begun).toEqual([]);
    await jest.advanceTimersByTimeAsync(60_000);
    return { begun, most };
  };

  it('are handled one at a time, after what was delivered beside them', async () => {
    expect(await handled([10, 300, 10, 900], () => 0)).toEqual({ begun: [0, 1, 2, 3], most: 1 });
  });

  it('are handled in any order, so that none is always behind the one that kills', async () => {
    expect((await handled([10, 10, 10], () => 0.99)).begun).toEqual([2, 1, 0]);
  });

  it('do not wait for one that takes long: it has lived', async () => {
    expect(await handled([30_000, 10, 10], () => 0)).toEqual({ begun: [0, 1, 2], most: 2 });
  });

  it('come to what is made of them, and the next one is handled all the same', async () => {
    const suspects = new Suspects({ random: () => 0 });
    const broken = suspects.turn(() => Promise.reject(new Error('no')));
    const whole = suspects.turn(() => Promise.resolve('yes'));
    void jest.advanceTimersByTimeAsync(5_000);
    await expect(broken).rejects.toThrow('no');
    await expect(whole).resolves.toBe('yes');
    const later = suspects.turn(() => Promise.resolve('later'));
    void jest.advanceTimersByTimeAsync(5_000);
    await expect(later).resolves.toBe('later');
  });
});
