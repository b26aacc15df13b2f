import { describe, expect, it } from '@jest/globals';
import { callerOf } from '#libs/kernel/caller.js';
import { VerifiedTokens } from './verified-tokens.js';

describe('remembered tokens', () => {
  let nowMs = 1_000_000;
  const clock = { now: () => new Date(nowMs), monotonicMs: () => nowMs };
  const caller = callerOf('cust-1', ['customer']);

  it('are forgotten when they expire', () => {
    const tokens = new VerifiedTokens(clock);
    tokens.remember('t', { caller, goodUntilMs: nowMs + 10 });
    nowMs += 9;
    expect(tokens.find('t')).toBe(caller);
    nowMs += 1;
    expect(tokens.find('t')).toBeUndefined();
  });

  it('are checked again after a minute, however long they live', () => {
    const tokens = new VerifiedTokens(clock);
    tokens.remember('t', { caller, goodUntilMs: nowMs + 3_600_000 });
    nowMs += 59_999;
    expect(tokens.find('t')).toBe(caller);
    nowMs += 1;
    expect(tokens.find('t')).toBeUndefined();
  });

  it('do not grow without bound', () => {
    const tokens = new VerifiedTokens(clock);
    for (let n = 0; n <= 10_000; n++) tokens.remember(`t${n}`, { caller, goodUntilMs: nowMs + 1000 });
    expect(tokens.find('t0')).toBeUndefined();
    expect(tokens.find('t1')).toBe(caller);
    expect(tokens.find('t10000')).toBe(caller);
  });
});
