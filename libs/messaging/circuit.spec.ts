import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Circuit, type Permit } from './circuit.js';

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

  const fail = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time++) (await circuit.enter())!.failed();
  };
  /** Who waits, in order, and the permit of each once it has one. */
  const queueUp = (count: number): (Permit | null)[] => {
    const permits: (Permit | null)[] = [];
    for (let place = 0; place < count; place++) {
      void circuit.enter().then((permit) => (permits[place] = permit));
    }
    return permits;
  };
  const granted = (permits: (Permit | null)[]): number => permits.filter(Boolean).length;

  it('lets everybody through while things go well', async () => {
    expect(await circuit.enter()).not.toBeNull();
    await fail(2);
    (await circuit.enter())!.succeeded();
    await fail(2);
    expect(circuit.isOpen).toBe(false);
  });

  it('lets nobody through after as many failures in a row, but one probe at a time', async () => {
    await fail(3);
    expect(changes).toEqual([true]);
    const permits = queueUp(3);
    await jest.advanceTimersByTimeAsync(100);
    expect(granted(permits)).toBe(1);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(granted(permits)).toBe(1);
    permits[0]!.failed();
    await jest.advanceTimersByTimeAsync(200);
    expect(granted(permits)).toBe(2);
  });

  it('lets all through when a probe succeeds', async () => {
    await fail(3);
    const permits = queueUp(3);
    await jest.advanceTimersByTimeAsync(100);
    permits[0]!.succeeded();
    await jest.advanceTimersByTimeAsync(0);
    expect(granted(permits)).toBe(3);
    expect(changes).toEqual([true, false]);
  });

  it('probes with the next message when one says nothing', async () => {
    await fail(3);
    const permits = queueUp(2);
    await jest.advanceTimersByTimeAsync(100);
    permits[0]!.inconclusive();
    await jest.advanceTimersByTimeAsync(100);
    expect(granted(permits)).toBe(2);
    expect(circuit.isOpen).toBe(true);
  });

  it('probes ever more slowly, and never more slowly than every ten seconds', async () => {
    await fail(3);
    for (let probe = 0; probe < 20; probe++) {
      const permits = queueUp(1);
      await jest.advanceTimersByTimeAsync(10_000);
      expect(granted(permits)).toBe(1);
      permits[0]!.failed();
    }
  });

  it('counts a permit once', async () => {
    const permit = (await circuit.enter())!;
    for (let time = 0; time < 5; time++) permit.failed();
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
    (await circuit.enter())!.failed();
    (await circuit.enter())!.failed();
    (await circuit.enter())!.failed();
    const stale = Array.from({ length: 400 }, () => circuit.enter(lost.signal));
    const live = circuit.enter();
    lost.abort();
    await jest.advanceTimersByTimeAsync(100);
    (await live)!.succeeded();
    expect(new Set(await Promise.all(stale))).toEqual(new Set([null]));
    expect(circuit.isOpen).toBe(false);
  });
});
