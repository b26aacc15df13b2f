import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CommitStock,
  ReleaseStock,
  ReservationCancelled,
  ReserveStock,
  ReturnStock,
  StockCommitted,
  StockReleased,
  StockReserved,
  StockReturned,
  StockShort,
} from '#libs/contracts/inventory/inventory.messages.js';
import { newId } from '#libs/kernel/ids.js';
import { InventoryFixture } from './inventory-fixture.js';

let inventory: InventoryFixture;
beforeAll(async () => {
  inventory = await InventoryFixture.start({ instances: 2 });
}, 60_000);
afterAll(() => inventory.stop());

const one = (sku: string, reservationId = newId()) => ({ reservationId, lines: [{ sku, quantity: 1 }] });

describe('inventory-service, two instances, every message delivered twice', () => {
  it('carries a reservation to the sale and back, each step once', async () => {
    await inventory.create('TABLE', 5);
    const command = one('TABLE');
    const { reservationId } = command;
    const places = async () => {
      const { available, reserved, sold } = await inventory.stockOf('TABLE');
      return [available, reserved, sold];
    };
    expect((await inventory.ask(ReserveStock, command)).type).toBe(StockReserved.type);
    expect((await inventory.ask(ReserveStock, command)).type).toBe(StockReserved.type);
    expect(await places()).toEqual([4, 1, 0]);
    expect((await inventory.ask(CommitStock, { reservationId })).type).toBe(StockCommitted.type);
    expect((await inventory.ask(CommitStock, { reservationId })).type).toBe(StockCommitted.type);
    expect(await places()).toEqual([4, 0, 1]);
    expect((await inventory.ask(ReturnStock, { reservationId })).type).toBe(StockReturned.type);
    expect((await inventory.ask(ReturnStock, { reservationId })).type).toBe(StockReturned.type);
    expect(await places()).toEqual([5, 0, 0]);
  });

  it('sells the last one to one of a hundred', async () => {
    await inventory.create('LAST', 1);
    const buyers = Array.from({ length: 100 }, () => inventory.send(ReserveStock, one('LAST')));
    const replies = await inventory.answersTo(buyers);
    expect(replies.filter(({ type }) => type === StockReserved.type)).toHaveLength(1);
    const short = replies.filter(({ type }) => type === StockShort.type);
    expect(short).toHaveLength(99);
    expect(short[0]?.data).toMatchObject({ shortages: [{ sku: 'LAST', requested: 1, available: 0 }] });
    expect(await inventory.stockOf('LAST')).toMatchObject({ available: 0, reserved: 1, sold: 0 });
  });

  it('refuses a reservation whose release came first', async () => {
    await inventory.create('LATE', 1);
    const command = one('LATE');
    const { reservationId } = command;
    expect((await inventory.ask(ReleaseStock, { reservationId })).type).toBe(StockReleased.type);
    expect((await inventory.ask(ReserveStock, command)).type).toBe(ReservationCancelled.type);
    expect(await inventory.reservation(reservationId)).toMatchObject({ status: 'CANCELLED' });
    expect(await inventory.stockOf('LATE')).toMatchObject({ available: 1, reserved: 0 });
  });

  it('refuses a reservation that comes after its expiry, and every other sending of it', async () => {
    await inventory.create('EXPIRED', 1);
    const command = one('EXPIRED');
    const late = inventory.send(ReserveStock, command, { expirytime: '2000-01-01T00:00:00.000Z' });
    expect((await inventory.replyTo(late)).type).toBe(ReservationCancelled.type);
    const inTime = inventory.send(ReserveStock, command, { expirytime: '9999-12-31T00:00:00.000Z' });
    expect((await inventory.replyTo(inTime)).type).toBe(ReservationCancelled.type);
    expect(await inventory.reservation(command.reservationId)).toMatchObject({ status: 'CANCELLED' });
    expect(await inventory.stockOf('EXPIRED')).toMatchObject({ available: 1, reserved: 0 });
  });

  it('keeps every piece through a storm of reservations and releases in any order', async () => {
    const skus = ['A', 'B', 'C', 'D'];
    await Promise.all(skus.map((sku) => inventory.create(sku, 20)));
    const pick = (i: number) => skus.filter((_, at) => (i + at) % 3 !== 0);
    const commands = Array.from({ length: 200 }, (_, i) => {
      const reservationId = newId();
      const lines = pick(i).map((sku) => ({ sku, quantity: 1 + (i % 2) }));
      const reserve = () => inventory.send(ReserveStock, { reservationId, lines });
      const release = () => inventory.send(ReleaseStock, { reservationId });
      // Each is released but every tenth; of the others, every third before it is asked for.
      if (i % 10 === 0) return [reserve()];
      return i % 3 === 0 ? [release(), reserve()] : [reserve(), release()];
    });
    await inventory.answersTo(commands.flat());
    const kept = await inventory.source.query<{ sku: string; held: string }[]>(
      `SELECT line.sku, SUM(line.quantity) AS held
         FROM reservations, JSON_TABLE(reservation_lines, '$[*]' COLUMNS (
           sku VARCHAR(64) PATH '$.sku', quantity INT PATH '$.quantity')) line
        WHERE status = 'RESERVED' AND line.sku IN ('A', 'B', 'C', 'D') GROUP BY line.sku`,
    );
    const held = new Map(kept.map((row) => [row.sku, Number(row.held)]));
    for (const sku of skus) {
      const { available, reserved, sold } = await inventory.stockOf(sku);
      expect({ sku, sum: available + reserved + sold, sold }).toEqual({ sku, sum: 20, sold: 0 });
      expect({ sku, reserved }).toEqual({ sku, reserved: held.get(sku) ?? 0 });
    }
  });

  it('answers each message once, and comes to rest', async () => {
    await inventory.comesToRest();
    const causes = inventory.replies.map(({ causationid }) => causationid);
    expect(new Set(causes).size).toBe(causes.length);
  });

  it('parks what no correct saga sends', async () => {
    await inventory.create('MISUSED', 5);
    const command = one('MISUSED');
    await inventory.ask(ReserveStock, command);
    inventory.send(ReserveStock, { ...command, lines: [{ sku: 'MISUSED', quantity: 2 }] });
    inventory.send(CommitStock, { reservationId: newId() });
    inventory.send(ReturnStock, { reservationId: command.reservationId });
    await inventory.comesToRest(3);
    expect(await inventory.stockOf('MISUSED')).toMatchObject({ available: 4, reserved: 1, sold: 0 });
  });
});
