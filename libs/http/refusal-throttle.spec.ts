import { beforeEach, describe, expect, it } from '@jest/globals';
import { RefusalThrottle } from './refusal-throttle.js';

let nowMs: number;
let timers: { readonly atMs: number; readonly run: () => void }[];
let throttle: RefusalThrottle;
let answered: string[];

beforeEach(() => {
  [nowMs, timers, answered] = [0, [], []];
  const after = (delayMs: number, run: () => void) => {
    const timer = { atMs: nowMs + delayMs, run };
    timers.push(timer);
    return { cancel: () => void (timers = timers.filter((other) => other !== timer)) };
  };
  throttle = new RefusalThrottle({ monotonicMs: () => nowMs }, { after });
});

const refuse = (caller: string, times: number): void => {
  for (let n = 0; n < times; n += 1) throttle.run(caller, () => answered.push(caller));
};
const pass = (milliseconds: number): void => {
  const untilMs = nowMs + milliseconds;
  for (;;) {
    const [next] = timers.toSorted((a, b) => a.atMs - b.atMs);
    if (!next || next.atMs > untilMs) break;
    timers = timers.filter((timer) => timer !== next);
    nowMs = next.atMs;
    next.run();
  }
  nowMs = untilMs;
};

describe('refusals of one caller', () => {
  it('are given one by one, the first at once', () => {
    refuse('a', 4);
    expect(answered).toHaveLength(1);
    pass(200);
    expect(answered).toHaveLength(3);
    pass(10_000);
    refuse('a', 1);
    expect(answered).toHaveLength(5);
  });

  it('are held for 30 s at most', () => {
    refuse('a', 10_000);
    pass(30_000);
    expect(answered).toHaveLength(10_000);
  });

  it('do not hold up those of another', () => {
    refuse('a', 100);
    refuse('b', 1);
    expect(answered).toEqual(['a', 'b']);
  });

  it('are forgotten when nobody is there to hear them', () => {
    refuse('a', 1);
    const forget = throttle.run('a', () => answered.push('gone'));
    forget();
    pass(1_000);
    throttle.release();
    expect(answered).toEqual(['a']);
  });

  it('leave nothing behind', () => {
    refuse('a', 10);
    pass(1_000);
    refuse('a', 1);
    expect(answered).toHaveLength(11);
    pass(1_000);
    expect(timers).toEqual([]);
    expect(throttle).toMatchObject({ buckets: new Map() });
  });
});

it('are all given when the server is to end', () => {
  refuse('a', 3);
  throttle.release();
  refuse('a', 2);
  expect(answered).toHaveLength(5);
  pass(1_000);
  expect(answered).toHaveLength(5);
});
