import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Circuit, type Leave, type Permit } from './circuit-breaker.js';

describe('Circuit', () => {
  let circuit: Circuit;
  const changes: boolean[] = [];

  beforeEach(() => {
    jest.useFakeTimers();
    changes.length = 0;
    circuit = new Circuit({ failuresToOpen: 3, firstProbeMs: 100, onChange: (open) => changes.push(open) });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const permit = async (gone?: AbortSignal): Promise<Permit> => {
    const leave = await circuit.enter(gone);
    if (leave === null || leave === 'give-back') throw new Error(`no permit, but ${leave}`);
    return leave;
  };
  const fail = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time++) (await permit()).failed();
  };
  /** What the next who asks is told, as soon as they are. */
  const ask = (gone?: AbortSignal): { leave?: Leave } => {
    const told: { leave?: Leave } = {};
    void circuit.enter(gone).then((leave) => (told.leave = leave));
    return told;
  };

  it('lets everybody through while things go well', async () => {
    await fail(2);
    (await permit()).succeeded();
    await fail(2);
    expect(circuit.isOpen).toBe(false);
  });

  it('holds one message after as many failures in a row, and has all others given back', async () => {
    await fail(3);
    expect(changes).toEqual([true]);
    const probe = ask();
    expect(await Promise.all([circuit.enter(), circuit.enter()])).toEqual(['give-back', 'give-back']);
    await jest.advanceTimersByTimeAsync(100);
    expect(probe.leave).toHaveProperty('succeeded');
    // Also while it is being tried.
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await circuit.enter()).toBe('give-back');
    (probe.leave as Permit).failed();
    const next = ask();
    await jest.advanceTimersByTimeAsync(200);
    expect(next.leave).toHaveProperty('succeeded');
  });

  it('lets all through when a probe succeeds', async () => {
    await fail(3);
    const probe = permit();
    await jest.advanceTimersByTimeAsync(100);
    (await probe).succeeded();
    await Promise.all([permit(), permit()]);
    expect(changes).toEqual([true, false]);
  });

  it('lets who waits to probe through when another, begun before, succeeds', async () => {
    const begun = await permit();
    await fail(3);
    const waiting = permit();
    begun.succeeded();
    await waiting;
    expect(circuit.isOpen).toBe(false);
  });

  it('probes with the next message when one says nothing', async () => {
    await fail(3);
    const probe = permit();
    await jest.advanceTimersByTimeAsync(100);
    (await probe).inconclusive();
    const next = ask();
    await jest.advanceTimersByTimeAsync(100);
    expect(next.leave).toHaveProperty('succeeded');
    expect(circuit.isOpen).toBe(true);
  });

  it('probes ever more slowly, and never more slowly than every ten seconds', async () => {
    await fail(3);
    for (let probe = 0; probe < 20; probe++) {
      const told = ask();
      await jest.advanceTimersByTimeAsync(10_000);
      (told.leave as Permit).failed();
    }
  });

  it('counts a permit once', async () => {
    const once = await permit();
    for (let time = 0; time < 5; time++) once.failed();
    expect(circuit.isOpen).toBe(false);
  });

  it('turns everybody away when it stops', async () => {
    await fail(3);
    const waiting = circuit.enter();
    circuit.stop();
    expect(await waiting).toBeNull();
    expect(await circuit.enter()).toBeNull();
  });

  it('spends no probe on a message whose channel is gone', async () => {
    const lost = new AbortController();
    await fail(3);
    const stale = circuit.enter(lost.signal);
    lost.abort();
    const live = permit();
    expect(await stale).toBeNull();
    await jest.advanceTimersByTimeAsync(100);
    (await live).succeeded();
    expect(circuit.isOpen).toBe(false);
  });
});
