import { expect, it } from '@jest/globals';
import { SlowRefusals } from './slow-refusals.js';

it('are answered one by one, the first at once and none later than in 5 s', () => {
  let nowMs = 0;
  const delays: number[] = [];
  const after = (delayMs: number) => {
    delays.push(delayMs);
    return { cancel: () => undefined };
  };
  const refusals = new SlowRefusals({ monotonicMs: () => nowMs }, { after });
  let answered = 0;
  const refuse = (times: number): void => {
    for (let n = 0; n < times; n += 1) refusals.run(() => (answered += 1));
  };
  refuse(4);
  expect([answered, delays.splice(0)]).toEqual([1, [5, 10, 15]]);
  nowMs = 1_000;
  refuse(1);
  expect(answered).toBe(2);
  refuse(2_000);
  expect([Math.max(...delays), answered]).toEqual([5_000, 2]);
});
