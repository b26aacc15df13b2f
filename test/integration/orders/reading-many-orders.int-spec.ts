import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { planOf, statementsDuring, type TableAccess } from '../../support/query-plans.js';
import { rowsRead } from '../../support/rows-read.js';
import { OrderApi } from './order-api.js';
import { showOrders, shownId } from './stored-orders.js';

const orders = 4_000;
/** Every second order is of one customer, the others are a few each. */
const customerOf = (n: number): string => (n % 2 === 0 ? 'wholesale' : `cust-${n % 500}`);

let api: OrderApi;

beforeAll(async () => {
  api = await OrderApi.start();
  await showOrders(api.readSource, orders, customerOf);
}, 60_000);
afterAll(() => api.stop(), 30_000);

const idsOf = (body: { items: { id: string }[] }): string[] => body.items.map(({ id }) => id);
const history = '/api/orders/history/wholesale';
const newestFirst = Array.from({ length: orders / 2 }, (_, n) => shownId(orders - 2 - 2 * n));

/** A cursor that goes on after this many orders. */
async function cursorAfter(passed: number): Promise<string> {
  let cursor = '';
  for (let done = 0; done < passed; done += 100) {
    cursor = `&cursor=${(await api.call('GET', `${history}?limit=100${cursor}`)).body.nextCursor}`;
  }
  return cursor;
}

describe('the history of a customer with many orders', () => {
  it('shows each order once on its way down, whichever way one goes', async () => {
    const byCursor: string[] = [];
    const byNumber: string[] = [];
    for (let [page, cursor] = [1, '']; page <= 20; page += 1) {
      const { body } = await api.call('GET', `${history}?limit=100${cursor}`);
      byCursor.push(...idsOf(body));
      cursor = `&cursor=${body.nextCursor}`;
      byNumber.push(...idsOf((await api.call('GET', `${history}?limit=100&page=${page}`)).body));
    }
    expect(byCursor).toEqual(newestFirst);
    expect(byNumber).toEqual(newestFirst);
  });

  it('tells the same of a page by its number as by its cursor', async () => {
    const { body: byNumber } = await api.call('GET', `${history}?limit=10&page=51`);
    const { body: byCursor } = await api.call('GET', `${history}?limit=10${await cursorAfter(500)}`);
    expect(byNumber.items).toEqual(byCursor.items);
    expect(byNumber).toMatchObject({ page: 51, total: orders / 2, totalPages: orders / 20 });
  });

  it('ends with what is there', async () => {
    expect((await api.call('GET', `${history}?limit=100&page=20`)).body.nextCursor).toBeNull();
    expect((await api.call('GET', `${history}?limit=100&page=21`)).body.items).toEqual([]);
  });
});

describe('what the server does for a query', () => {
  const view = { table: 'OrderViewRow', type: 'const', key: 'PRIMARY' };
  const count = { table: 'CustomerOrderCountRow', type: 'const', key: 'PRIMARY' };
  const byHistory = { table: 'entry', key: 'order_views_history', sorts: false };
  const order = `/api/orders/${shownId(orders / 2)}`;

  const plansOf = async (url: string): Promise<TableAccess[]> => {
    const statements = await statementsDuring(api.readSource, async () => {
      expect((await api.call('GET', url)).status).toBe(200);
    });
    return (await Promise.all(statements.map((statement) => planOf(api.readSource, statement)))).flat();
  };

  it.each([
    ['an order', order, [view]],
    ['its status', `${order}/status`, [view]],
    ['its timeline', `${order}/timeline`, [view]],
    ['the history of a few orders', '/api/orders/history/cust-7', [count, byHistory]],
    ['the first page of many', history, [count, byHistory]],
  ])('is a look-up in an index for %s', async (_, url, expected) => {
    expect(await plansOf(url)).toEqual(expected.map((access) => expect.objectContaining(access)));
  });

  it('is a look-up in an index for a page by its cursor, however deep', async () => {
    expect(await plansOf(`${history}?limit=10${await cursorAfter(1_500)}`)).toEqual([
      expect.objectContaining(count),
      expect.objectContaining({ ...byHistory, type: 'range' }),
    ]);
  });

  it('passes over pages in the index alone for a page by its number', async () => {
    const plans = await plansOf(`${history}?limit=10&page=150`);
    expect(plans).toContainEqual(expect.objectContaining({ ...byHistory, indexOnly: true }));
    expect(plans).toContainEqual(expect.objectContaining({ table: 'shown', key: 'PRIMARY' }));
  });

  it('touches as many rows on a deep page by cursor as on the first one', async () => {
    const touched = async (url: string): Promise<number> => {
      const statements = await statementsDuring(api.readSource, () => api.call('GET', url));
      const counts = await Promise.all(
        statements.map(({ sql, parameters }) => rowsRead(api.readSource, sql, parameters)),
      );
      return counts.reduce((sum, each) => sum + each, 0);
    };
    const first = await touched(`${history}?limit=10`);
    expect(first).toBeLessThan(20);
    expect(await touched(`${history}?limit=10${await cursorAfter(1_900)}`)).toBeLessThanOrEqual(first + 1);
  });
});
