import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Defect } from '#libs/kernel/errors.js';
import { AckWindow } from './ack-window.js';

const windowWith = (count: number): AckWindow => {
  const window = new AckWindow();
  for (let tag = 1; tag <= count; tag++) window.deliver(tag);
  return window;
};

describe('AckWindow', () => {
  it('acks what ended in order with one ack', () => {
    const window = windowWith(5);
    for (const tag of [3, 1, 2]) window.settle(tag);
    expect(window.take()).toEqual({ upTo: 3, single: [] });
  });

  it('acks what ended behind a slow delivery by itself', () => {
    const window = windowWith(4);
    for (const tag of [1, 3, 4]) window.settle(tag);
    expect(window.take()).toEqual({ upTo: 1, single: [3, 4] });
    window.settle(2);
    expect(window.take()).toEqual({ upTo: 2, single: [] });
  });

  it('hands each ack out once', () => {
    const window = windowWith(2);
    window.settle(1);
    window.take();
    expect(window.take()).toEqual({ single: [] });
  });

  it('treats a second settlement as a defect', () => {
    const window = windowWith(1);
    window.settle(1);
    expect(() => window.settle(1)).toThrow(Defect);
  });

  it('acks every settled delivery once and none that is in hand, in whatever order they end', () => {
    const ends = fc.shuffledSubarray(Array.from({ length: 30 }, (_, index) => index + 1));
    fc.assert(
      fc.property(ends, fc.integer({ min: 1, max: 7 }), (order, every) => {
        const window = windowWith(30);
        const settled = new Set<number>();
        const acked = new Set<number>();
        order.forEach((tag, index) => {
          window.settle(tag);
          settled.add(tag);
          if (index % every !== 0 && index !== order.length - 1) return;
          const { upTo = 0, single } = window.take();
          for (let below = 1; below <= upTo; below++) {
            expect(settled.has(below)).toBe(true);
            acked.add(below);
          }
          for (const one of single) {
            expect(acked.has(one)).toBe(false);
            acked.add(one);
          }
        });
        expect(acked).toEqual(settled);
      }),
    );
  });
});
