import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { TokenBucket, type Forget } from './token-bucket.js';

let nowMs: number;
let bucket: TokenBucket;
let full: jest.Mock<() => void>;
let done: number[];
const pass = (milliseconds: number): void => {
  for (let step = 0; step < milliseconds; step += 10) {
    nowMs += 10;
    jest.advanceTimersByTime(10);
  }
};
const run = (task: number): Forget => bucket.run(() => done.push(task));
const runTo = (last: number): Forget[] => Array.from({ length: last }, (_, index) => run(index + 1));

beforeEach(() => {
  jest.useFakeTimers();
  nowMs = 0;
  done = [];
  full = jest.fn();
  const options = { perSecond: 100, burst: 3, maxWaitSeconds: 1, onFull: full };
  bucket = new TokenBucket(options, { monotonicMs: () => nowMs });
});
afterEach(() => void jest.useRealTimers());

it('runs at once what there are tokens for, and the rest in order, one by one', () => {
  runTo(5);
  expect(done).toEqual([1, 2, 3]);
  pass(10);
  expect(done).toEqual([1, 2, 3, 4]);
  pass(10);
  expect(done).toEqual([1, 2, 3, 4, 5]);
});

it('does not let a new one pass those that wait', () => {
  runTo(4);
  nowMs += 50;
  run(5);
  expect(done).toEqual([1, 2, 3]);
  pass(10);
  expect(done).toEqual([1, 2, 3, 4, 5]);
});

it('saves up no more than a burst', () => {
  pass(60_000);
  runTo(5);
  expect(done).toEqual([1, 2, 3]);
});

it('forgets whom nobody waits for any more, at no cost to the others', () => {
  const forget = runTo(6);
  forget[3]!();
  forget[4]!();
  pass(10);
  expect(done).toEqual([1, 2, 3, 6]);
});

it('runs each in the context of its caller', () => {
  const context = new AsyncLocalStorage<string>();
  const seen: unknown[] = [];
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    context.run(name, () => bucket.run(() => seen.push(context.getStore())));
  }
  pass(100);
  expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
});

it('lets nobody wait for longer than is said', () => {
  runTo(300);
  pass(990);
  expect(done).toHaveLength(3 + 99);
  pass(10);
  expect(done).toHaveLength(300);
});

it('lets all go who wait when it is released', () => {
  const forget = runTo(6);
  forget[5]!();
  bucket.release();
  expect(done).toEqual([1, 2, 3, 4, 5]);
});

it('tells when it is full, once, and leaves no timer behind', () => {
  runTo(4);
  pass(30);
  expect(full).not.toHaveBeenCalled();
  pass(10);
  expect(full).toHaveBeenCalledTimes(1);
  pass(1_000);
  expect(full).toHaveBeenCalledTimes(1);
  expect(jest.getTimerCount()).toBe(0);
});
