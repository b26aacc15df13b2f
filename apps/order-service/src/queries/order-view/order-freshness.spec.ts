import { describe, expect, it, jest } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { callerOf, type Caller } from '#libs/kernel/caller.js';
import type { ConsistencyToken } from '../../http/consistency-token.js';
import { OrderFreshness } from './order-freshness.js';
import type { OrderViewReader } from './order-view.reader.js';
import type { OrderViewRow } from './order-view.row.js';
import { OrderWatch } from './order-watch.js';

const id = '01890a5d-ac96-774b-bcce-b302099a8057';
const view = {
  id,
  customerId: 'cust-1',
  status: 'CONFIRMED',
  version: 3,
  document: { id, customerId: 'cust-1' },
} as OrderViewRow;

/** What a query answered, for how long it waited, and what the databases were asked meanwhile. */
async function asked<Answer>(
  views: readonly OrderViewRow[],
  ask: (freshness: OrderFreshness) => Promise<Answer>,
) {
  jest.useFakeTimers();
  try {
    const queries: string[] = [];
    const read = <Found>(query: string, found: Found): Promise<Found> => {
      queries.push(query);
      return Promise.resolve(found);
    };
    const reader = {
      find: () => read('view', views[0] ?? null),
      states: () => read('states', [...views]),
    } as unknown as OrderViewReader;
    const written = views[0] && { customerId: views[0].customerId };
    const orders = { findOneBy: () => read('order', written ?? null) };
    const writeSide = { getRepository: () => orders } as unknown as DataSource;
    const freshness = new OrderFreshness(reader, new OrderWatch(reader), writeSide);
    const from = Date.now();
    const answering = ask(freshness).then((answer) => ({ answer, waitedMs: Date.now() - from }));
    await jest.advanceTimersByTimeAsync(1_000);
    return { ...(await answering), queries };
  } finally {
    jest.useRealTimers();
  }
}

const [owner, other] = [callerOf('cust-1', ['customer']), callerOf('cust-2', ['customer'])];
const staff = callerOf('sam', ['operator']);
const tokens: (ConsistencyToken | null)[] = [
  null,
  { orderId: id, version: 1 },
  { orderId: id, version: 3 },
  { orderId: id, version: 4 },
];

describe('OrderFreshness', () => {
  it.each(tokens)("looks for somebody else's order as for one that does not exist: %j", async (token) => {
    const find = (freshness: OrderFreshness) => freshness.find(id, other, token);
    const others = await asked([view], find);
    expect(others.answer).toBeNull();
    expect(others).toEqual(await asked([], find));
  });

  it.each([1, 3, 4])(
    "waits for version %d of somebody else's order as if there were none",
    async (version) => {
      const wait = (freshness: OrderFreshness) => freshness.hasCaughtUp({ orderId: id, version }, other);
      const others = await asked([view], wait);
      expect(others).toMatchObject({ answer: false, waitedMs: 500 });
      expect(others).toEqual(await asked([], wait));
    },
  );

  it.each([owner, staff])('shows at once what $subject may see', async (caller: Caller) => {
    const token = { orderId: id, version: 3 };
    const found = await asked([view], (freshness) => freshness.find(id, caller, token));
    expect(found).toEqual({ answer: view.document, waitedMs: 0, queries: ['view'] });
    const caughtUp = await asked([view], (freshness) => freshness.hasCaughtUp(token, caller));
    expect(caughtUp).toMatchObject({ answer: true, waitedMs: 0 });
  });
});
