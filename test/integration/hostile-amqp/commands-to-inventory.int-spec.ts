import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  CommitStock,
  ReleaseStock,
  ReservationCancelled,
  ReserveStock,
  ReturnStock,
  StockReleased,
  StockReserved,
} from '#libs/contracts/inventory/inventory.messages.js';
import { newId } from '#libs/kernel/ids.js';
import { InventoryFixture } from '../inventory/inventory-fixture.js';

let inventory: InventoryFixture;
beforeAll(async () => {
  inventory = await InventoryFixture.start();
}, 60_000);
afterAll(() => inventory.drop());

/** A reservation of one piece, held for an order. */
let sku: string;
let lines: { sku: string; quantity: number }[];
let reservationId: string;
let orderId: string;
beforeEach(async () => {
  [sku, reservationId, orderId] = [newId(), newId(), newId()];
  lines = [{ sku, quantity: 1 }];
  await inventory.create(sku, 5);
  const reply = await inventory.replyTo(inventory.post(ReserveStock, { reservationId, lines }, { orderId }));
  expect(reply.type).toBe(StockReserved.type);
});

/** Nothing of it may be forgotten: what is held stays held, and the next message is handled. */
const expectParked = async (messageId: string): Promise<void> => {
  const { properties } = await inventory.parkedMessage();
  expect([properties.messageId, properties.headers!['x-parked-reason']]).toEqual([messageId, 'defect']);
  expect(await inventory.stockOf(sku)).toMatchObject({ available: 4, reserved: 1, sold: 0 });
  const release = inventory.post(ReleaseStock, { reservationId }, { orderId });
  expect((await inventory.replyTo(release)).type).toBe(StockReleased.type);
  expect(await inventory.stockOf(sku)).toMatchObject({ available: 5, reserved: 0, sold: 0 });
};

describe('inventory-service', () => {
  it('parks a command whose id came before with another body', async () => {
    const first = inventory.post(ReserveStock, {
      reservationId: newId(),
      lines: [{ sku: 'NONE', quantity: 1 }],
    });
    await inventory.replyTo(first);
    inventory.post(CommitStock, { reservationId }, { messageId: first, orderId });
    await expectParked(first);
    expect(inventory.repliesTo(first)).toHaveLength(1);
  });

  it('parks a reservation that is asked for again with other lines', async () => {
    const other = { reservationId, lines: [{ sku, quantity: 2 }] };
    await expectParked(inventory.post(ReserveStock, other, { orderId }));
  });

  it.each([ReserveStock, ReleaseStock, CommitStock])(
    'parks a command of one order about the reservation of another: $type',
    async (command) => {
      await expectParked(inventory.post(command, { reservationId, lines }, { orderId: newId() }));
    },
  );

  it.each([CommitStock, ReturnStock])('parks a command about nothing: $type', async (command) => {
    await expectParked(inventory.post(command, { reservationId: newId() }, { orderId }));
  });

  it('parks lines of one product that add up to more than there can be', async () => {
    const most = { sku, quantity: 1_000_000 };
    await expectParked(inventory.post(ReserveStock, { reservationId: newId(), lines: [most, most] }));
  });

  it('answers a command that comes again in a message of its own, without a further effect', async () => {
    const again = inventory.post(ReserveStock, { reservationId, lines }, { orderId });
    expect((await inventory.replyTo(again)).type).toBe(StockReserved.type);
    expect(await inventory.stockOf(sku)).toMatchObject({ available: 4, reserved: 1 });
  });

  it('answers the same message once, however often it is delivered', async () => {
    const data = { reservationId: newId(), lines };
    const message = { messageId: newId(), orderId: newId(), commandId: newId() };
    for (let copy = 0; copy < 10; copy++) inventory.post(ReserveStock, data, message);
    await inventory.replyTo(message.messageId);
    await inventory.comesToRest();
    expect(inventory.repliesTo(message.messageId)).toHaveLength(1);
    expect(await inventory.stockOf(sku)).toMatchObject({ available: 3, reserved: 2 });
  });

  it('leaves a tombstone when the release comes first, and refuses the reservation that comes late', async () => {
    const late = { reservationId: newId(), lines };
    const release = inventory.post(ReleaseStock, { reservationId: late.reservationId }, { orderId });
    expect((await inventory.replyTo(release)).type).toBe(StockReleased.type);
    expect(await inventory.reservation(late.reservationId)).toMatchObject({ status: 'CANCELLED' });
    const reserve = inventory.post(ReserveStock, late, { orderId });
    expect((await inventory.replyTo(reserve)).type).toBe(ReservationCancelled.type);
    expect(await inventory.stockOf(sku)).toMatchObject({ available: 4, reserved: 1 });
  });

  it('has left nothing unacked', async () => {
    await inventory.close();
    expect(await inventory.queued()).toEqual({ commands: 0, parked: 0 });
  });
});
