import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CommitStock,
  ListReservations,
  ReleaseStock,
  ReserveStock,
} from '#libs/contracts/inventory/inventory.messages.js';
import { idToBytes, newId } from '#libs/kernel/ids.js';
import { allPages, pageFrom } from '../../support/pages.js';
import { rowsRead } from '../../support/rows-read.js';
import { InventoryFixture } from './inventory-fixture.js';

let inventory: InventoryFixture;
beforeAll(async () => {
  inventory = await InventoryFixture.start({ instances: 2 });
  await inventory.create('TABLE', 1_000_000);
}, 60_000);
afterAll(() => inventory.stop());

const reserve = async (quantity = 2): Promise<string> => {
  const reservationId = newId();
  await inventory.ask(ReserveStock, { reservationId, lines: [{ sku: 'TABLE', quantity }] });
  return reservationId;
};

/** Reservations as they would have come to be, without the commands; some of them in one moment. */
const plant = (count: number): Promise<unknown> => {
  const lines = JSON.stringify([{ sku: 'TABLE', quantity: 1 }]);
  const rows = Array.from({ length: count }, (_, n) => {
    const at = `2026-01-01 00:00:00.${String(Math.floor(n / 7)).padStart(6, '0')}`;
    return [idToBytes(newId()), newId(), 'RESERVED', lines, '[]', at, at];
  });
  return inventory.source.query('INSERT INTO reservations VALUES ?', [rows]);
};

describe('a list of reservations', () => {
  it('says of each how it stands, and how many pieces it is about', async () => {
    const [held, sold, buried] = [await reserve(3), await reserve(), newId()];
    await inventory.ask(CommitStock, { reservationId: sold });
    await inventory.ask(ReleaseStock, { reservationId: buried });
    const { items, next } = await pageFrom(inventory, ListReservations);
    expect(next).toBeNull();
    const time = expect.stringMatching(/Z$/);
    const item = (id: string, status: string, pieces: number) => ({
      reservationId: id,
      orderId: id,
      status,
      pieces,
      madeAt: time,
      changedAt: time,
    });
    expect(items).toEqual([
      item(held, 'RESERVED', 3),
      item(sold, 'COMMITTED', 2),
      item(buried, 'CANCELLED', 0),
    ]);
  }, 30_000);

  it('is the same whatever the size of its pages, also where many were made in one microsecond', async () => {
    await plant(450);
    const whole = (await allPages(inventory, ListReservations)).flatMap(({ items }) => items);
    expect(whole).toHaveLength(453);
    expect(new Set(whole.map(({ reservationId }) => reservationId)).size).toBe(453);
    const pages = await allPages(inventory, ListReservations, { limit: 50 });
    expect(pages.map(({ items }) => items.length)).toEqual([...Array.from({ length: 9 }, () => 50), 3]);
    expect(pages.flatMap(({ items }) => items)).toEqual(whole);
  }, 60_000);

  it('keeps to the time that is asked about', async () => {
    const madeFrom = '2026-01-01T00:00:00.000Z';
    const { items } = await pageFrom(inventory, ListReservations, { madeFrom: '2026-01-02T00:00:00.000Z' });
    expect(items).toHaveLength(3);
    expect((await pageFrom(inventory, ListReservations, { madeTo: madeFrom })).items).toEqual([]);
  });

  it('weighs little even when a page is full', async () => {
    const page = await pageFrom(inventory, ListReservations);
    expect(page.items).toHaveLength(200);
    expect(JSON.stringify(page).length).toBeLessThan(64 * 1024);
  });

  it('costs one page, however far on it is', async () => {
    await plant(3_000);
    const sql = `SELECT * FROM reservations FORCE INDEX (reservations_created_at)
                  WHERE created_at >= ? AND (created_at > ? OR id > ?) ORDER BY created_at, id LIMIT 51`;
    const at = '2026-01-01 00:00:00.000300';
    expect(await rowsRead(inventory.source, sql, [at, at, idToBytes(newId())])).toBeLessThan(120);
  });

  it('is parked when nobody can have been told to continue there', async () => {
    const request = { after: 'anywhere' };
    const messageId = inventory.post(ListReservations, {
      runId: newId(),
      page: 2,
      madeTo: '2100-01-01T00:00:00.000Z',
      limit: 1,
      ...request,
    });
    const { properties } = await inventory.parkedMessage();
    expect(properties.messageId).toBe(messageId);
    expect(inventory.repliesTo(messageId)).toEqual([]);
  }, 30_000);
});
