import { beforeEach, describe, expect, it } from '@jest/globals';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { orders } from '../../persistence/order.row.js';
import { Shop } from '../../testing/in-memory-order-service.js';
import { changeOrderStatusBody } from './change-order-status.dto.js';

let shop: Shop;
let order: OrderDocument;

const parcel = { status: 'SHIPPED', trackingNumber: 'T-1', carrier: 'UPS' } as const;

beforeEach(async () => {
  shop = await Shop.open();
  order = await shop.confirmed();
});

describe('setting the status of an order', () => {
  it('takes it on step by step, tells of each, and records what was shipped', async () => {
    for (const change of [{ status: 'PREPARING' }, parcel, { status: 'OUT_FOR_DELIVERY' }] as const) {
      await shop.setStatus(order.id, change);
    }
    expect(await shop.setStatus(order.id, { status: 'DELIVERED' })).toMatchObject({
      status: 'DELIVERED',
      version: 6,
      shipments: [{ trackingNumber: 'T-1', carrier: 'UPS' }],
      requests: ['PREPARING', 'SHIPPED', 'OUT_FOR_DELIVERY', 'DELIVERED'].map((askedFor) => ({
        askedFor,
        by: 'operator',
      })),
    });
    const told = shop.sent().slice(-4);
    expect(told.map(({ type, sequence }) => [type, sequence])).toEqual([
      ['order.updated.v1', 3],
      ['order.shipped.v1', 4],
      ['order.updated.v1', 5],
      ['order.delivered.v1', 6],
    ]);
    expect(told.map(({ data }) => data['previousStatus'])).toEqual([
      'CONFIRMED',
      'PREPARING',
      'SHIPPED',
      'OUT_FOR_DELIVERY',
    ]);
  });

  it('that it has already changes nothing', async () => {
    const prepared = await shop.setStatus(order.id, { status: 'PREPARING' });
    expect(await shop.setStatus(order.id, { status: 'PREPARING' })).toEqual(prepared);
    const shipped = await shop.setStatus(order.id, parcel);
    expect(await shop.setStatus(order.id, parcel)).toEqual(shipped);
    expect(await shop.setStatus(order.id, { status: 'SHIPPED', trackingNumber: 'T-1' })).toEqual(shipped);
    expect(shop.sent().at(-1)).toMatchObject({ type: 'order.shipped.v1', sequence: 4 });
  });

  it('to SHIPPED a second time is refused when it names another parcel: it would be lost', async () => {
    await shop.setStatus(order.id, { status: 'PREPARING' });
    await shop.setStatus(order.id, parcel);
    await expect(shop.setStatus(order.id, { ...parcel, trackingNumber: 'T-2' })).rejects.toMatchObject({
      code: 'illegal-transition',
      particulars: { from: 'SHIPPED', to: 'SHIPPED', legal: ['OUT_FOR_DELIVERY', 'DELIVERED'] },
    });
  });

  it('is refused where the table of transitions does not have it, and says what would be legal', async () => {
    await expect(shop.setStatus(order.id, parcel)).rejects.toMatchObject({
      code: 'illegal-transition',
      message: expect.stringContaining('is CONFIRMED and cannot become SHIPPED; it may become PREPARING'),
      particulars: { legal: ['PREPARING'] },
    });
    expect(shop.units.rows(orders)[0]).toMatchObject({ status: 'CONFIRMED', version: 2 });
  });

  it('is refused while the order is not confirmed, or no longer', async () => {
    const placed = await shop.place();
    await expect(shop.setStatus(placed.id, { status: 'PREPARING' })).rejects.toMatchObject({
      particulars: { from: 'PENDING', legal: [] },
    });
    await shop.setStatus(order.id, { status: 'PREPARING' });
    await shop.cancel(order.id);
    await expect(shop.setStatus(order.id, parcel)).rejects.toMatchObject({
      particulars: { from: 'CANCELLING', legal: [] },
    });
  });

  it('is refused when the order has changed since the caller looked', async () => {
    await expect(
      shop.setStatus(order.id, { status: 'PREPARING' }, { expectedVersions: [1] }),
    ).rejects.toMatchObject({ code: 'stale-order', particulars: { version: 2 } });
  });
});

describe('the body', () => {
  it.each([
    { status: 'SHIPPED' },
    { status: 'SHIPPED', trackingNumber: ' T-1' },
    { status: 'DELIVERED', trackingNumber: 'T-1' },
    { status: 'CONFIRMED' },
    { status: 'CANCELLED' },
    {},
  ])('is not %j', (body) => {
    expect(changeOrderStatusBody.safeParse(body).success).toBe(false);
  });
});
