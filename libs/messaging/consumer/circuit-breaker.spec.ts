import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CircuitBreaker, type Permission, type Attempt } from './circuit-breaker.js';

describe('CircuitBreaker', () => {
  let circuitBreaker: CircuitBreaker;
  const changes: boolean[] = [];

  beforeEach(() => {
    jest.useFakeTimers();
    changes.length = 0;
    circuitBreaker = new CircuitBreaker({
      failuresToOpen: 3,
      firstProbeMs: 100,
      onChange: (open) => changes.push(open),
    });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const attempt = async (gone?: AbortSignal): Promise<Attempt> => {
    const permission = await circuitBreaker.enter(gone);
    if (permission === null || permission === 'give-back') throw new Error(`no attempt, but ${permission}`);
    return permission;
  };
  const fail = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time++) (await attempt()).failed();
  };
  /** What the next caller is told, once it is. */
  const ask = (gone?: AbortSignal): { permission?: Permission } => {
    const told: { permission?: Permission } = {};
    void circuitBreaker.enter(gone).then((permission) => (told.permission = permission));
    return told;
  };

  it('lets everybody through while things go well', async () => {
    await fail(2);
    (await attempt()).succeeded();
    await fail(2);
    expect(circuitBreaker.isOpen).toBe(false);
  });

  it('after that many failures in a row holds one message, and has all others given back', async () => {
    await fail(3);
    expect(changes).toEqual([true]);
    const probe = ask();
    expect(await Promise.all([circuitBreaker.enter(), circuitBreaker.enter()])).toEqual([
      'give-back',
      'give-back',
    ]);
    await jest.advanceTimersByTimeAsync(100);
    expect(probe.permission).toHaveProperty('succeeded');
    // Also while it is being tried.
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await circuitBreaker.enter()).toBe('give-back');
    (probe.permission as Attempt).failed();
    const next = ask();
    await jest.advanceTimersByTimeAsync(200);
    expect(next.permission).toHaveProperty('succeeded');
  });

  it('lets all through when a probe succeeds', async () => {
    await fail(3);
    const probe = attempt();
    await jest.advanceTimersByTimeAsync(100);
    (await probe).succeeded();
    await Promise.all([attempt(), attempt()]);
    expect(changes).toEqual([true, false]);
  });

  it('lets the waiting probe through when an attempt that began earlier succeeds', async () => {
    const begun = await attempt();
    await fail(3);
    const waiting = attempt();
    begun.succeeded();
    await waiting;
    expect(circuitBreaker.isOpen).toBe(false);
  });

  it('probes with the next message when one was inconclusive', async () => {
    await fail(3);
    const probe = attempt();
    await jest.advanceTimersByTimeAsync(100);
    (await probe).inconclusive();
    const next = ask();
    await jest.advanceTimersByTimeAsync(100);
    expect(next.permission).toHaveProperty('succeeded');
    expect(circuitBreaker.isOpen).toBe(true);
  });

  it('probes ever more slowly, and never more slowly than every ten seconds', async () => {
    await fail(3);
    for (let probe = 0; probe < 20; probe++) {
      const from = Date.now();
      const told = ask();
      await jest.advanceTimersToNextTimerAsync();
      (told.permission as Attempt).failed();
      const longestMs = Math.min(10_000, 100 * 2 ** probe);
      expect(Date.now() - from).toBeGreaterThanOrEqual(longestMs / 2);
      expect(Date.now() - from).toBeLessThanOrEqual(longestMs);
    }
  });

  it('counts an attempt once', async () => {
    const once = await attempt();
    for (let time = 0; time < 5; time++) once.failed();
    expect(circuitBreaker.isOpen).toBe(false);
  });

  it('turns everybody away when it stops', async () => {
    await fail(3);
    const waiting = circuitBreaker.enter();
    circuitBreaker.stop();
    expect(await waiting).toBeNull();
    expect(await circuitBreaker.enter()).toBeNull();
  });

  it('spends no probe on a message whose channel is gone', async () => {
    const lost = new AbortController();
    await fail(3);
    const stale = circuitBreaker.enter(lost.signal);
    lost.abort();
    const live = attempt();
    expect(await stale).toBeNull();
    await jest.advanceTimersByTimeAsync(100);
    (await live).succeeded();
    expect(circuitBreaker.isOpen).toBe(false);
  });
});
