import { setMaxListeners } from 'node:events';
import { describe, expect, it, jest } from '@jest/globals';
import { callerOf } from '#libs/kernel/caller.js';
import { currentContext, runInContext } from '#libs/observability';
import type { ViewState } from './order-view.reader.js';
import { OrderWatch, type Wait, type WaitOutcome } from './order-watch.js';

const pending: ViewState = { id: 'a', customerId: 'cust-1', version: 1, status: 'PENDING' };
const confirmed: ViewState = { id: 'a', customerId: 'cust-1', version: 2, status: 'CONFIRMED' };

const watchOver = (...looks: (ViewState[] | Error | 'silent')[]) => {
  const asked: (readonly string[])[] = [];
  const states = (ids: readonly string[]): Promise<ViewState[]> => {
    asked.push(ids);
    const look = looks.length > 1 ? looks.shift()! : looks[0]!;
    if (look === 'silent') return new Promise(() => undefined);
    return look instanceof Error ? Promise.reject(look) : Promise.resolve(look);
  };
  return { watch: new OrderWatch({ states }), asked };
};
const isSettled = ({ status }: ViewState): boolean => status !== 'PENDING';

const waitOf = (subject: string, more: Partial<Wait> = {}): Wait => ({
  caller: callerOf(subject, ['customer']),
  milliseconds: 5_000,
  ...more,
});
const wait = waitOf('cust-1');

describe('OrderWatch', () => {
  it('tells as soon as the view shows what was waited for', async () => {
    const { watch } = watchOver([], [pending], [confirmed]);
    await expect(watch.wait('a', isSettled, wait)).resolves.toBe('met');
  });

  it.each<ViewState[] | 'silent'>([[pending], 'silent'])(
    'gives up when the time is over, whatever the read side does: %j',
    async (look) => {
      const { watch } = watchOver(look);
      await expect(watch.wait('a', isSettled, waitOf('cust-1', { milliseconds: 25 }))).resolves.toBe(
        'not-met',
      );
    },
  );

  it('looks for all, whoever was the first to wait', async () => {
    const contexts: unknown[] = [];
    const states = () => Promise.resolve([contexts.push(currentContext())].map(() => confirmed));
    await runInContext({ requestId: 'first' }, () => new OrderWatch({ states }).wait('a', isSettled, wait));
    expect(contexts[0]).toBeUndefined();
  });

  it('goes on when a look fails', async () => {
    const { watch } = watchOver(new Error('away'), [confirmed]);
    await expect(watch.wait('a', isSettled, wait)).resolves.toBe('met');
  });

  it('is told of what was projected here, and need not look again', async () => {
    const { watch, asked } = watchOver([pending]);
    const settled = watch.wait('a', isSettled, wait);
    watch.tell({ ...confirmed, id: 'b' });
    watch.tell(pending);
    watch.tell(confirmed);
    await expect(settled).resolves.toBe('met');
    expect(asked).toHaveLength(1);
  });

  it('asks once for all who wait, and not at all when nobody does', async () => {
    const { watch, asked } = watchOver([confirmed]);
    await Promise.all([1, 2, 3].map(() => watch.wait('a', isSettled, wait)));
    expect(asked.length).toBeLessThanOrEqual(2);
    expect(asked.every((ids) => ids.length === 1)).toBe(true);
  });

  it('ends with its caller', async () => {
    const { watch, asked } = watchOver([pending]);
    const caller = new AbortController();
    const waiting = watch.wait('a', isSettled, waitOf('cust-1', { gone: caller.signal }));
    caller.abort();
    await expect(waiting).resolves.toBe('not-met');
    await expect(watch.wait('a', isSettled, waitOf('cust-1', { gone: caller.signal }))).resolves.toBe(
      'not-met',
    );
    expect(asked).toHaveLength(1);
  });

  describe('when many wait', () => {
    /** Callers of their own, who are gone together. */
    const together = (): AbortController => {
      const end = new AbortController();
      setMaxListeners(0, end.signal);
      return end;
    };
    const waiting = (watch: OrderWatch, wait: Wait, times: number): Promise<WaitOutcome>[] =>
      Array.from({ length: times }, (_, n) => watch.wait(`order-${n}`, isSettled, wait));

    it('lets one caller wait 50 times at once, and others beside', async () => {
      const { watch } = watchOver('silent');
      const caller = together();
      const mine = waiting(watch, waitOf('cust-1', { gone: caller.signal }), 50);
      await expect(watch.wait('a', isSettled, wait)).resolves.toBe('not-waited');
      const others = watch.wait('a', isSettled, waitOf('cust-2'));
      watch.tell(confirmed);
      await expect(others).resolves.toBe('met');
      caller.abort();
      await expect(Promise.all(mine)).resolves.toEqual(Array(50).fill('not-met'));
      const again = watch.wait('a', isSettled, wait);
      watch.tell(confirmed);
      await expect(again).resolves.toBe('met');
    });

    it('tells one who waits too often only slowly, within the time that they wait', async () => {
      jest.useFakeTimers();
      try {
        const { watch } = watchOver('silent');
        const caller = together();
        const mine = waiting(watch, waitOf('cust-1', { gone: caller.signal }), 50);
        let told = 0;
        const declined = waiting(watch, waitOf('cust-1', { milliseconds: 400 }), 1_000);
        for (const each of declined) void each.then(() => (told += 1));
        const toldAfter: number[] = [];
        for (let passed = 0; passed < 4; passed += 1) {
          await jest.advanceTimersByTimeAsync(100);
          toldAfter.push(told);
        }
        expect(toldAfter).toEqual([2, 3, 4, 1_000]);
        await expect(Promise.all(declined)).resolves.toEqual(Array(1_000).fill('not-waited'));
        caller.abort();
        await Promise.all(mine);
      } finally {
        jest.useRealTimers();
      }
    });

    it('lets 500 wait in all, staff among them, and asks for them in one query', async () => {
      const { watch, asked } = watchOver([], 'silent');
      const staff = { ...waitOf('op-1'), caller: callerOf('op-1', ['operator']) };
      const end = together();
      const all = waiting(watch, { ...staff, gone: end.signal }, 500);
      await expect(watch.wait('a', isSettled, staff)).resolves.toBe('not-waited');
      await expect(watch.wait('a', isSettled, wait)).resolves.toBe('not-waited');
      end.abort();
      await Promise.all(all);
      expect(Math.max(...asked.map(({ length }) => length))).toBeLessThanOrEqual(500);
    });
  });
});
