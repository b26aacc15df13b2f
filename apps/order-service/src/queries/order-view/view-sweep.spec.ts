import { expect, it } from '@jest/globals';
import type { PageByAge } from '#libs/persistence/database';
import { viewSweeps } from './view-sweep.js';

const at = (minute: number): Date => new Date(Date.parse('2026-01-01T00:00:00Z') + minute * 60_000);
const settings = { everySeconds: 60, allEveryHours: 24, quietSeconds: 300 };

/** Every page has an order, and the last one ends with null. */
function sweeping(...nexts: (string | null)[]) {
  const ranges: PageByAge[] = [];
  const compared: [string, string][] = [];
  const changed = async (range: PageByAge) => {
    ranges.push(range);
    return { orders: [{ id: `order ${ranges.length}`, version: 1 }], next: nexts.shift() ?? null };
  };
  const compare = async ([order]: readonly { readonly id: string }[], comparer: string) =>
    void compared.push([comparer, order!.id]);
  const [recent, all] = viewSweeps({ changed }, { compare }, settings);
  return { ranges, compared, recent, all };
}

it('goes through what has changed since the pass before, to its last page', async () => {
  const { ranges, compared, recent } = sweeping('a', null);
  const begin = recent.begin!(at(0));
  const next = await recent.sweep({ before: at(1), after: begin, limit: 10 });
  expect(next).toEqual({ ...begin, after: 'a' });
  await expect(recent.sweep({ before: at(2), after: next, limit: 5 })).resolves.toBeNull();
  expect(ranges).toEqual([
    { from: at(0), to: at(1), after: null, limit: 10 },
    { from: at(0), to: at(2), after: 'a', limit: 5 },
  ]);
  expect(compared).toEqual([
    ['recent', 'order 1'],
    ['recent', 'order 2'],
  ]);
});

it('goes through all orders from the first', async () => {
  const { ranges, all } = sweeping('a', null);
  const next = await all.sweep({ before: at(0), after: null, limit: 10 });
  await expect(all.sweep({ before: at(0), after: next, limit: 10 })).resolves.toBeNull();
  expect(ranges.map(({ from, after }) => [from, after])).toEqual([
    [null, null],
    [null, 'a'],
  ]);
  expect([all.begin, all.everySeconds]).toEqual([undefined, 86_400]);
});
