import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '#libs/kernel/ids.js';
import { demoCatalogue } from '../../../apps/inventory-service/src/seed/demo-catalogue.js';
import type { ProductView } from '../../../apps/inventory-service/src/products/product.view.js';
import { secret } from '../../support/in-process.js';
import { signToken } from '../../../tools/tokens/sign-token.js';
import { InventoryFixture } from './inventory-fixture.js';

let inventory: InventoryFixture;
beforeAll(async () => {
  inventory = await InventoryFixture.start({ instances: 2, environment: { SEED_DEMO: 'true' } });
}, 60_000);
afterAll(() => inventory.stop());

const as = (subject: string, ...roles: string[]) => ({
  authorization: `Bearer ${signToken({ subject, roles, secret })}`,
});
const operator = as('op-1', 'operator');
const seller = as('seller-1', 'seller');
const otherSeller = as('seller-2', 'seller');
const customer = as('cust-1', 'customer');

type Method = 'GET' | 'POST' | 'PATCH';
const call = async (method: Method, path: string, headers: Record<string, string>, payload?: object) => {
  const url = `/api/products${path}`;
  const answer = await inventory.app.inject({ method, url, headers, ...(payload && { payload }) });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json<never>() };
};

const price = { amount: '12.50', currency: 'EUR' };

describe('the demo catalogue', () => {
  it('is there once, though two instances made it', async () => {
    const { body } = await call('GET', '?limit=100', customer);
    expect(body).toMatchObject({ total: demoCatalogue.length, totalPages: 1, nextCursor: null });
    const rows = await inventory.source.query<{ n: string }[]>(
      'SELECT COUNT(*) AS n FROM stock JOIN (SELECT sku, SUM(delta) AS put_in FROM stock_adjustments GROUP BY sku) a ' +
        'ON a.sku = stock.sku WHERE available <> put_in',
    );
    expect(Number(rows[0]?.n)).toBe(0);
  });
});

describe('products', () => {
  it('are listed by page and by cursor alike', async () => {
    const bySku: string[] = [];
    let path = '?limit=20';
    for (let page = 1; path; page++) {
      const { body, headers } = await call('GET', path, customer);
      const list = body as { items: ProductView[]; page: number; nextCursor: string | null };
      const byPage = await call('GET', `?limit=20&page=${page}`, customer);
      expect(list.page).toBe(page);
      expect((byPage.body as typeof list).items).toEqual(list.items);
      expect(headers['link']).toEqual(list.nextCursor ? expect.stringContaining('rel="next"') : undefined);
      bySku.push(...list.items.map(({ sku }) => sku));
      path = list.nextCursor ? `?limit=20&cursor=${encodeURIComponent(list.nextCursor)}` : '';
    }
    expect(bySku).toEqual(demoCatalogue.map(({ product }) => product.sku).sort());
  });

  it('take no cursor of somebody else, nor of another list', async () => {
    const { body } = await call('GET', '?limit=1', customer);
    const cursor = encodeURIComponent((body as { nextCursor: string }).nextCursor);
    expect((await call('GET', `?limit=1&cursor=${cursor}`, customer)).status).toBe(200);
    for (const [path, who] of [
      [`?limit=1&cursor=${cursor}`, operator],
      [`?limit=1&sellerId=seller-1&cursor=${cursor}`, customer],
      ['?limit=1&cursor=abc', customer],
    ] as const) {
      expect(await call('GET', path, who)).toMatchObject({ status: 400, body: { code: 'invalid-cursor' } });
    }
  });

  it('show what is held and sold to their seller and to staff only', async () => {
    const path = '/OAK-TABLE';
    for (const who of [seller, operator]) {
      expect((await call('GET', path, who)).body).toMatchObject({
        available: 1_000_000,
        reserved: 0,
        sold: 0,
      });
    }
    for (const who of [customer, otherSeller]) {
      const { body } = await call('GET', path, who);
      expect(body).toMatchObject({ available: 1_000_000, price: { amount: '29.99', currency: 'USD' } });
      expect(body).not.toHaveProperty('reserved');
    }
  });

  it('are created, changed and taken out of sale by their seller', async () => {
    const created = await call('POST', '', seller, { sku: 'NEW-1', name: 'Neu · 新', price, available: 3 });
    expect(created).toMatchObject({
      status: 201,
      headers: { location: '/api/products/NEW-1' },
      body: {
        sku: 'NEW-1',
        sellerId: 'seller-1',
        name: 'Neu · 新',
        price,
        available: 3,
        active: true,
        version: 1,
      },
    });
    expect((await call('POST', '', seller, { sku: 'NEW-1', name: 'Again', price })).body).toMatchObject({
      status: 409,
      code: 'product-exists',
    });
    const changed = await call('PATCH', '/NEW-1', seller, { price: { ...price, amount: 13 }, version: 1 });
    expect(changed).toMatchObject({ status: 200, body: { price: { amount: '13.00' }, version: 2 } });
    const stale = await call('PATCH', '/NEW-1', seller, { name: 'Stale', version: 1 });
    expect(stale).toMatchObject({ status: 409, body: { code: 'product-has-changed', version: 2 } });

    await call('PATCH', '/NEW-1', seller, { active: false });
    expect((await call('GET', '/NEW-1', customer)).status).toBe(404);
    expect((await call('GET', '/NEW-1', seller)).body).toMatchObject({ active: false });
    expect((await call('GET', '?sellerId=seller-1&active=false', customer)).body).toMatchObject({ total: 0 });
    expect((await call('GET', '?sellerId=seller-1&active=false', seller)).body).toMatchObject({ total: 1 });
  });

  it('are nobody else’s to manage', async () => {
    const mine = { sku: 'NEW-2', name: 'New', price };
    expect((await call('POST', '', customer, mine)).status).toBe(403);
    expect((await call('POST', '', {}, mine)).status).toBe(401);
    expect(await call('POST', '', otherSeller, { ...mine, sellerId: 'seller-1' })).toMatchObject({
      status: 403,
      body: { code: 'seller-not-yours' },
    });
    expect(await call('POST', '', operator, mine)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/sellerId', code: 'required' }] },
    });
    expect(await call('PATCH', '/OAK-TABLE', otherSeller, { name: 'Mine' })).toMatchObject({
      status: 403,
      body: { code: 'product-not-yours' },
    });
    const path = '/OAK-TABLE/stock-adjustments';
    expect((await call('GET', path, otherSeller)).status).toBe(403);
    expect((await call('POST', path, otherSeller, { delta: 1, reason: 'r' })).status).toBe(403);
  });

  it('say of a bad request which field is wrong, and keep nothing of it', async () => {
    const { status, body } = await call('POST', '', seller, {
      sku: 'A/B',
      name: '',
      price: { amount: '1.5', currency: 'XYZ' },
      discountPercent: 101,
      sold: 5,
    });
    expect(status).toBe(400);
    const pointers = (body as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer).sort();
    expect(pointers).toEqual(['/discountPercent', '/name', '/price/currency', '/sku', '/sold']);
    expect(
      await call('POST', '', seller, { sku: 'CENTS', name: 'Cents', price: { ...price, amount: '1.555' } }),
    ).toMatchObject({
      status: 422,
      body: { code: 'invalid-amount' },
    });
    expect((await call('GET', '/CENTS', operator)).status).toBe(404);
  });
});

describe('stock adjustments', () => {
  const path = '/DESK-LAMP/stock-adjustments';

  it('are kept with who, how many and why, newest first', async () => {
    const id = newId();
    const delivered = await call('POST', path, operator, { id, delta: 10, reason: 'delivery 4711' });
    expect(delivered).toMatchObject({
      status: 201,
      body: { id, sku: 'DESK-LAMP', delta: 10, availableAfter: 30_010, adjustedBy: 'op-1' },
    });
    expect((await call('POST', path, operator, { id, delta: 10, reason: 'delivery 4711' })).body).toEqual(
      delivered.body,
    );
    await call('POST', path, as('seller-2', 'seller'), { delta: -4, reason: 'broken' });
    const { body } = await call('GET', `${path}?limit=2`, operator);
    expect(body).toMatchObject({ total: 3, items: [{ delta: -4, reason: 'broken' }, { delta: 10 }] });
    const cursor = encodeURIComponent((body as { nextCursor: string }).nextCursor);
    expect((await call('GET', `${path}?limit=2&cursor=${cursor}`, operator)).body).toMatchObject({
      page: 2,
      items: [{ delta: 30_000, reason: 'first stock' }],
      nextCursor: null,
    });
    expect((await call('GET', '/DESK-LAMP', operator)).body).toMatchObject({ available: 30_006 });
  });

  it('never take more than is available', async () => {
    expect(
      await call('POST', '/SOLD-OUT/stock-adjustments', operator, { delta: -1, reason: 'r' }),
    ).toMatchObject({
      status: 422,
      body: { code: 'stock-too-low', available: 0 },
    });
  });

  it('lose none of many at once', async () => {
    const adjust = () => call('POST', '/APRON/stock-adjustments', operator, { delta: 1, reason: 'one more' });
    const answers = await Promise.all(Array.from({ length: 50 }, adjust));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect((await call('GET', '/APRON', operator)).body).toMatchObject({ available: 18_050 });
  });
});
