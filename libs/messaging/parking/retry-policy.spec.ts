import { describe, expect, it } from '@jest/globals';
import { retryDelays } from '#libs/contracts/topology.js';
import { Defect, Fault, LoneFault, Refusal } from '#libs/kernel/errors.js';
import { Overloaded } from '#libs/persistence/database/errors.js';
import { failureKindOf } from './failure.js';
import { attemptOf, retryDecision } from './retry-policy.js';

const middle = (): number => 0.5;
const next = (kind: Parameters<typeof retryDecision>[0], quickTries: number, attempt: number) =>
  retryDecision(kind, quickTries, attempt, retryDelays, middle);

describe('The retry policy', () => {
  it('parks a defect at once', () => {
    expect(next('defect', 0, 0)).toEqual({ kind: 'park', reason: 'defect' });
  });

  it('begins with three quick tries', () => {
    expect([0, 1, 2].map((tries) => next('unknown', tries, 0))).toEqual([
      { kind: 'try-again', afterMs: 50 },
      { kind: 'try-again', afterMs: 200 },
      { kind: 'try-again', afterMs: 800 },
    ]);
  });

  it('goes on with the delays, one after the other, and ends in the parking lot', () => {
    const decisions = [0, 1, 2, 3].map((attempt) => next('infrastructure', 3, attempt));
    expect(decisions).toEqual([
      { kind: 'wait', delay: { name: 'retry.10s', seconds: 10 }, attempt: 1 },
      { kind: 'wait', delay: { name: 'retry.1m', seconds: 60 }, attempt: 2 },
      { kind: 'wait', delay: { name: 'retry.10m', seconds: 600 }, attempt: 3 },
      { kind: 'park', reason: 'attempts-spent' },
    ]);
  });

  it('jitters quick tries by a quarter at most', () => {
    expect(retryDecision('unknown', 1, 0, retryDelays, () => 0)).toMatchObject({ afterMs: 150 });
    expect(retryDecision('unknown', 1, 0, retryDelays, () => 1)).toMatchObject({ afterMs: 250 });
  });

  it.each([
    [undefined, 0],
    [2, 2],
    [3, 3],
    [999, 3],
    [-1, 0],
    [1.5, 0],
    [Number.NaN, 0],
    [Infinity, 0],
    ['2', 0],
    [{}, 0],
  ])('takes an attempt header of %p for %p', (header, attempt) => {
    expect(attemptOf(header, retryDelays)).toBe(attempt);
  });

  it.each([
    [new Defect('never'), 'defect'],
    [new Fault('away'), 'infrastructure'],
    [new Overloaded('full'), 'infrastructure'],
    [new LoneFault('there, but not for this one'), 'unknown'],
    [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'infrastructure'],
    [new TypeError('x is not a function'), 'unknown'],
    [new Refusal('no', 'no'), 'defect'],
    ['a string', 'unknown'],
    [null, 'unknown'],
  ] as const)('takes %p for %s', (error, kind) => {
    expect(failureKindOf(error)).toBe(kind);
  });
});
