import { beforeEach, describe, expect, it } from '@jest/globals';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { orders } from '../../persistence/order.row.js';
import { InMemoryOrderService } from '../../testing/in-memory-order-service.js';
import { changeOrderStatusBody } from './change-order-status.dto.js';

let service: InMemoryOrderService;
let order: OrderDocument;

const parcel = { status: 'SHIPPED', trackingNumber: 'T-1', carrier: 'UPS' } as const;

beforeEach(async () => {
  service = await InMemoryOrderService.open();
  order = await service.confirmed();
});

describe('setting the status of an order', () => {
  it('takes it on step by step, tells of each, and records what was shipped', async () => {
    for (const change of [{ status: 'PREPARING' }, parcel, { status: 'OUT_FOR_DELIVERY' }] as const) {
      await service.setStatus(order.id, change);
    }
    expect(await service.setStatus(order.id, { status: 'DELIVERED' })).toMatchObject({
      status: 'DELIVERED',
      version: 6,
      shipments: [{ trackingNumber: 'T-1', carrier: 'UPS' }],
      requests: ['PREPARING', 'SHIPPED', 'OUT_FOR_DELIVERY', 'DELIVERED'].map((askedFor) => ({
        askedFor,
        by: 'operator',
      })),
    });
    const told = service.sent().slice(-4);
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
    const prepared = await service.setStatus(order.id, { status: 'PREPARING' });
    expect(await service.setStatus(order.id, { status: 'PREPARING' })).toEqual(prepared);
    const shipped = await service.setStatus(order.id, parcel);
    expect(await service.setStatus(order.id, parcel)).toEqual(shipped);
    expect(await service.setStatus(order.id, { status: 'SHIPPED', trackingNumber: 'T-1' })).toEqual(shipped);
    expect(service.sent().at(-1)).toMatchObject({ type: 'order.shipped.v1', sequence: 4 });
  });

  it('to SHIPPED a second time is refused when it names another parcel: it would be lost', async () => {
    await service.setStatus(order.id, { status: 'PREPARING' });
    await service.setStatus(order.id, parcel);
    await expect(service.setStatus(order.id, { ...parcel, trackingNumber: 'T-2' })).rejects.toMatchObject({
      code: 'illegal-transition',
      particulars: { from: 'SHIPPED', to: 'SHIPPED', legal: ['OUT_FOR_DELIVERY', 'DELIVERED'] },
    });
  });

  it('is refused where the table of transitions does not have it, and says what would be legal', async () => {
    await expect(service.setStatus(order.id, parcel)).rejects.toMatchObject({
      code: 'illegal-transition',
      message: expect.stringContaining('is CONFIRMED and cannot become SHIPPED; it may become PREPARING'),
      particulars: { legal: ['PREPARING'] },
    });
    expect(service.units.rows(orders)[0]).toMatchObject({ status: 'CONFIRMED', version: 2 });
  });

  it('is refused while the order is not confirmed, or no longer', async () => {
    const placed = await service.place();
    await expect(service.setStatus(placed.id, { status: 'PREPARING' })).rejects.toMatchObject({
      particulars: { from: 'PENDING', legal: [] },
    });
    await service.setStatus(order.id, { status: 'PREPARING' });
    await service.cancel(order.id);
    await expect(service.setStatus(order.id, parcel)).rejects.toMatchObject({
      particulars: { from: 'CANCELLING', legal: [] },
    });
  });

  it('is refused when the order has changed since the caller looked', async () => {
    await expect(
      service.setStatus(order.id, { status: 'PREPARING' }, { expectedVersions: [1] }),
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
