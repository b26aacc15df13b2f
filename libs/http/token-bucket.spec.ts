import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Pace } from './token-bucket.js';

let nowMs: number;
let pace: Pace;
let done: number[];
let gone: Set<number>;
const pass = (milliseconds: number): void => {
  nowMs += milliseconds;
  jest.advanceTimersByTime(milliseconds);
};
const run = (task: number): void =>
  pace.run(
    () => done.push(task),
    () => !gone.has(task),
  );
const runTo = (last: number): void => {
  for (let task = 1; task <= last; task++) run(task);
};

beforeEach(() => {
  jest.useFakeTimers();
  nowMs = 0;
  done = [];
  gone = new Set();
  pace = new Pace({ perSecond: 100, burst: 3, clock: { monotonicMs: () => nowMs } });
});
afterEach(() => void jest.useRealTimers());

it('runs at once what the pace allows, and the rest in order, one by one', () => {
  runTo(5);
  expect(done).toEqual([1, 2, 3]);
  pass(10);
  expect(done).toEqual([1, 2, 3, 4]);
  pass(10);
  expect(done).toEqual([1, 2, 3, 4, 5]);
  expect(jest.getTimerCount()).toBe(0);
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
  runTo(6);
  gone.add(4).add(5);
  pass(10);
  expect(done).toEqual([1, 2, 3, 6]);
  expect(jest.getTimerCount()).toBe(0);
});

it('runs each in the context of its caller', () => {
  const context = new AsyncLocalStorage<string>();
  const seen: unknown[] = [];
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    context.run(name, () =>
      pace.run(
        () => seen.push(context.getStore()),
        () => true,
      ),
    );
  }
  pass(100);
  expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
});
