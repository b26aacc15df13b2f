import { describe, expect, it } from '@jest/globals';
import { currentContext, runInContext } from '#libs/observability/request-context.js';
import type { ViewState } from './order-view.reader.js';
import { OrderWatch } from './order-watch.js';

const pending: ViewState = { id: 'a', version: 1, status: 'PENDING' };
const confirmed: ViewState = { id: 'a', version: 2, status: 'CONFIRMED' };

const watchOver = (...looks: (ViewState[] | Error)[]) => {
  const asked: (readonly string[])[] = [];
  const states = (ids: readonly string[]) => {
    asked.push(ids);
    const look = looks.length > 1 ? looks.shift()! : looks[0]!;
    return look instanceof Error ? Promise.reject(look) : Promise.resolve(look);
  };
  return { watch: new OrderWatch({ states }), asked };
};
const isSettled = ({ status }: ViewState): boolean => status !== 'PENDING';

describe('OrderWatch', () => {
  it('tells as soon as the view shows what was waited for', async () => {
    const { watch } = watchOver([], [pending], [confirmed]);
    await expect(watch.wait('a', isSettled, 5_000)).resolves.toBe(true);
  });

  it('gives up when the time is over', async () => {
    const { watch } = watchOver([pending]);
    await expect(watch.wait('a', isSettled, 25)).resolves.toBe(false);
  });

  it('gives up when the time is over, also while the read side does not answer', async () => {
    const watch = new OrderWatch({ states: () => new Promise(() => undefined) });
    await expect(watch.wait('a', isSettled, 25)).resolves.toBe(false);
  });

  it('looks for all, whoever was the first to wait', async () => {
    const contexts: unknown[] = [];
    const states = () => Promise.resolve([contexts.push(currentContext())].map(() => confirmed));
    await runInContext({ requestId: 'first' }, () => new OrderWatch({ states }).wait('a', isSettled, 5_000));
    expect(contexts[0]).toBeUndefined();
  });

  it('goes on when a look fails', async () => {
    const { watch } = watchOver(new Error('away'), [confirmed]);
    await expect(watch.wait('a', isSettled, 5_000)).resolves.toBe(true);
  });

  it('is told of what was projected here, and need not look again', async () => {
    const { watch, asked } = watchOver([pending]);
    const settled = watch.wait('a', isSettled, 5_000);
    watch.tell({ ...confirmed, id: 'b' });
    watch.tell(pending);
    watch.tell(confirmed);
    await expect(settled).resolves.toBe(true);
    expect(asked).toHaveLength(1);
  });

  it('asks once for all who wait, and not at all when nobody does', async () => {
    const { watch, asked } = watchOver([confirmed]);
    await Promise.all([1, 2, 3].map(() => watch.wait('a', isSettled, 5_000)));
    expect(asked.length).toBeLessThanOrEqual(2);
    expect(asked.every((ids) => ids.length === 1)).toBe(true);
  });
});
