import { describe, expect, it } from '@jest/globals';
import { ProgressBar, progressText } from './progress-bar.js';

const orders = { what: 'orders', total: 2_000 };

const drawn = (isTTY: boolean, ...steps: readonly (readonly [atMs: number, done: number])[]): string[] => {
  const written: string[] = [];
  let now = 0;
  const stream = { isTTY, write: (text: string) => written.push(text) > 0 };
  const bar = new ProgressBar(orders, stream, () => now);
  for (const [atMs, done] of steps) {
    now = atMs;
    bar.show(done);
  }
  return written;
};

describe('a progress bar', () => {
  it('tells how much is done, how fast, and how long it will take', () => {
    expect(progressText(orders, 500, 2)).toBe(
      '[########......................] 500 of 2,000 orders, 250/s, 6 s left',
    );
  });

  it('tells in the end how long it took', () => {
    expect(progressText(orders, 2_000, 8)).toMatch(/2,000 of 2,000 orders, 250\/s, in 8 s$/);
  });

  it('is drawn over itself in a terminal, and a line now and then elsewhere', () => {
    const steps = [
      [1_000, 10],
      [1_300, 20],
      [20_000, 30],
      [20_001, 2_000],
    ] as const;
    expect(drawn(true, ...steps)).toHaveLength(4);
    expect(drawn(false, ...steps)).toHaveLength(3);
    expect(drawn(true, ...steps).every((text) => text.startsWith('\r'))).toBe(true);
  });
});
