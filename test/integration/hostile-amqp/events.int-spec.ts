import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { OrderPlaced, type OrderDocument } from '#libs/contracts/order/order.messages.js';
import { parkedQueueOf, queues } from '#libs/contracts/topology.js';
import { idToBytes, newId } from '#libs/kernel/ids.js';
import type { Envelope } from '#libs/messaging/envelope/envelope.js';
import { goldenMessages } from '../../contracts/golden.js';
import { eventually } from '../../support/eventually.js';
import { expectOne, OrdersFixture, productChanged } from './orders-fixture.js';
import { envelopeOf, onWire } from './wire.js';

let orders: OrdersFixture;
beforeAll(async () => {
  orders = await OrdersFixture.start();
}, 60_000);
afterAll(async () => {
  await orders.close();
  await orders.drop();
});

const send = async (queue: string, envelope: Envelope): Promise<void> => {
  const { body, properties } = onWire(envelope);
  await orders.probe.send(queue, body, properties);
};
const isParked = async (queue: string, { id }: Envelope): Promise<void> => {
  const parked = await eventually(async () => {
    const message = await orders.probe.take(parkedQueueOf(queue));
    if (!message) throw new Error('nothing is parked');
    return message;
  });
  expect([parked.properties.messageId, parked.properties.headers!['x-parked-reason']]).toEqual([
    id,
    'defect',
  ]);
};

describe('the catalogue', () => {
  const product = (sku: string, changes: object): Envelope => {
    const event = productChanged(sku);
    return { ...event, data: { ...(event.data as object), ...changes } };
  };
  const price = async (sku: string): Promise<object[]> =>
    orders.rows('SELECT price_minor, version FROM catalogue_products WHERE sku = ?', sku);

  it.each([
    ['a version that no column holds', { version: 2 ** 40 }],
    ['a price with too many decimals', { price: { amount: '1.999', currency: 'USD' } }],
    ['a price that cannot be counted', { price: { amount: '9999999999999999', currency: 'USD' } }],
  ])('parks a product with %s, and goes on', async (_, changes) => {
    const event = product(newId(), changes);
    await send(queues.catalogue.name, event);
    await isParked(queues.catalogue.name, event);
    await orders.offer(newId());
  });

  it('believes no event that is older than what it knows', async () => {
    const sku = newId();
    await send(queues.catalogue.name, product(sku, { version: 7 }));
    await eventually(async () => expectOne(await price(sku)));
    await send(queues.catalogue.name, product(sku, { version: 6, price: { amount: '0', currency: 'USD' } }));
    await orders.offer(newId());
    expect(await price(sku)).toEqual([expect.objectContaining({ price_minor: 2999, version: 7 })]);
  });
});

describe('the view of orders', () => {
  const placed = (id: string, changes: Partial<OrderDocument>): Envelope => {
    const { order } = goldenMessages.get(OrderPlaced.type)!.data as { order: OrderDocument };
    const rest = { subject: id, sagaid: undefined, commandid: undefined, sequence: 1 };
    return envelopeOf(OrderPlaced, { order: { ...order, id, ...changes } }, rest);
  };
  const shown = (id: string): Promise<object[]> =>
    orders.app
      .get<DataSource>(getDataSourceToken('read'))
      .query('SELECT status, version FROM order_views WHERE id = ?', [idToBytes(id)]);

  it.each<[string, Partial<OrderDocument>]>([
    ['a total with too many decimals', { total: { amount: '1.999', currency: 'USD' } }],
    ['a version that no column holds', { version: 2 ** 40 }],
    ['a customer that no column holds', { customerId: 'c'.repeat(65) }],
  ])('parks an event about an order with %s, and goes on', async (_, changes) => {
    const event = placed(newId(), changes);
    await send(queues.projections.name, event);
    await isParked(queues.projections.name, event);
    const id = newId();
    await send(queues.projections.name, placed(id, {}));
    await eventually(async () => expectOne(await shown(id)));
  });

  it('believes no event that is older than what it shows', async () => {
    const [id, next] = [newId(), newId()];
    await send(queues.projections.name, placed(id, { version: 3, status: 'CONFIRMED' }));
    await eventually(async () => expectOne(await shown(id)));
    await send(queues.projections.name, placed(id, { version: 2, status: 'REJECTED' }));
    await send(queues.projections.name, placed(next, {}));
    await eventually(async () => expectOne(await shown(next)));
    expect(await shown(id)).toEqual([expect.objectContaining({ status: 'CONFIRMED', version: 3 })]);
  });
});
