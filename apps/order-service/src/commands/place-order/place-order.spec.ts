import { beforeEach, describe, expect, it } from '@jest/globals';
import { OrderConfirmed, OrderPlaced, OrderRejected } from '#libs/contracts/order/order.messages.js';
import { StockCommitted, StockReserved, StockShort } from '#libs/contracts/inventory/inventory.messages.js';
import { PaymentTaken, TakePayment } from '#libs/contracts/payment/payment.messages.js';
import { newId } from '#libs/kernel/ids.js';
import type { Envelope } from '#libs/messaging/envelope';
import { Inbox } from '#libs/messaging/inbox';
import { Outbox, outboxTable } from '#libs/messaging/outbox';
import { InMemoryRunner } from '#libs/persistence/testing/in-memory-runner.js';
import { SagaRunner, sagas } from '#libs/saga/runner';
import { catalogueProducts } from '../../persistence/catalogue-product.row.js';
import { orders } from '../../persistence/order.row.js';
import { OrderBinding } from '../../sagas/order.binding.js';
import type { OrderAct } from '../../sagas/order-act.js';
import { orderSagas } from '../../sagas/order-sagas.js';
import { PlaceOrderStarter } from '../../sagas/start-place-order.js';
import { placeOrderBody, requestedOrder } from './place-order.dto.js';
import { acceptOrder } from './place-order.unit.js';

let units: InMemoryRunner;
let outbox: Outbox;
let runner: SagaRunner<OrderAct>;

const order = (over: object = {}) =>
  requestedOrder(
    placeOrderBody.parse({
      items: [{ productId: 'TABLE', quantity: 2, price: 29.99 }],
      shippingAddress: { street: '1 Main', city: 'Boston', zipCode: '02108' },
      payment: { method: 'card', token: 'tok_ok' },
      ...over,
    }),
  );

const place = async (over: object = {}) => {
  const orderId = newId();
  const starter = new PlaceOrderStarter(runner);
  const requested = order(over);
  return units.run(
    acceptOrder(
      { orderId, number: `2026-${orderId}`, caller: 'cust-1', customerId: 'cust-1', requested },
      outbox,
      (work, order) => starter.start(work, order, requested.payment.token),
    ),
  );
};

const sent = (): Envelope<Record<string, unknown>>[] =>
  units.rows(outboxTable).map(({ body: text }) => JSON.parse(text) as Envelope<Record<string, unknown>>);

const lastCommand = (): Envelope<Record<string, unknown>> => sent().findLast(({ commandid }) => commandid)!;

/** Answers the last command the way its participant would. */
const reply = (type: string, data: object = {}) => {
  const command = lastCommand();
  const { reservationId, paymentId } = command.data;
  return runner.reply({
    ...command,
    id: newId(),
    type,
    causationid: command.id,
    data: { ...(reservationId ? { reservationId } : { paymentId }), ...data },
  });
};

beforeEach(async () => {
  units = new InMemoryRunner();
  outbox = new Outbox('/order-service');
  runner = new SagaRunner(units, outbox, new Inbox(), orderSagas, new OrderBinding(outbox));
  await units.seed(catalogueProducts, {
    sku: 'TABLE',
    name: 'Oak table',
    sellerId: 'seller-1',
    priceMinor: 2999,
    currency: 'USD',
    discountPercent: 0,
    active: true,
    version: 1,
    updatedAt: new Date(),
  });
});

describe('placing an order', () => {
  it('writes the order, its event, its saga and its first command together', async () => {
    const document = await place();
    expect(document).toMatchObject({ status: 'PENDING', total: { amount: '59.98', currency: 'USD' } });
    expect(units.rows(orders)).toHaveLength(1);
    expect(units.rows(sagas)).toEqual([expect.objectContaining({ id: document.id, step: 'reserve-stock' })]);
    expect(sent().map(({ type }) => type)).toEqual([OrderPlaced.type, 'inventory.reserve-stock.v1']);
  });

  it('writes nothing when it is refused', async () => {
    await expect(place({ items: [{ productId: 'TABLE', quantity: 1, price: 1 }] })).rejects.toMatchObject({
      code: 'price-changed',
    });
    expect([units.rows(orders), units.rows(sagas), sent()]).toEqual([[], [], []]);
  });

  it('refuses a reference for the second time and names the first order', async () => {
    const first = await place({ orderId: 'shop-1' });
    await expect(place({ orderId: 'shop-1' })).rejects.toMatchObject({
      code: 'order-exists',
      particulars: { orderId: first.id },
    });
    expect(units.rows(orders)).toHaveLength(1);
  });

  it('accepts a reference once when two come at once', async () => {
    const outcomes = await Promise.allSettled([place({ orderId: 'shop-1' }), place({ orderId: 'shop-1' })]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(units.rows(orders)).toHaveLength(1);
  });
});

describe('an order whose participants answer', () => {
  it('is confirmed and paid, and says so', async () => {
    await place();
    await reply(StockReserved.type);
    expect(lastCommand()).toMatchObject({ type: TakePayment.type, data: { token: 'tok_ok' } });
    await reply(PaymentTaken.type, { amount: { amount: '59.98', currency: 'USD' } });
    await reply(StockCommitted.type);
    expect(units.rows(orders)).toEqual([
      expect.objectContaining({
        status: 'CONFIRMED',
        version: 2,
        details: expect.objectContaining({ payment: expect.objectContaining({ status: 'PAID' }) }),
      }),
    ]);
    expect(sent().at(-1)).toMatchObject({ type: OrderConfirmed.type, sequence: 2 });
  });

  it('is charged without a token when the customer gave none', async () => {
    await place({ payment: undefined });
    await reply(StockReserved.type);
    expect(lastCommand().type).toBe(TakePayment.type);
    expect(lastCommand().data).not.toHaveProperty('token');
  });

  it('is rejected with the reason', async () => {
    await place();
    await reply(StockShort.type, { shortages: [{ sku: 'TABLE', requested: 2, available: 1 }] });
    expect(units.rows(orders)[0]).toMatchObject({
      status: 'REJECTED',
      details: { reason: { code: 'out-of-stock' } },
    });
    expect(sent().at(-1)).toMatchObject({ type: OrderRejected.type, sequence: 2 });
  });
});
