import { describe, expect, it } from '@jest/globals';
import {
  ReservationCancelled,
  StockChanged,
  StockReleased,
  StockReserved,
  StockShort,
} from '#libs/contracts/inventory/inventory.messages.js';
import { Defect } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import { releaseStock } from '../release-stock/release-stock.unit.js';
import { commandOf, Warehouse } from '../testing/warehouse.js';
import { reserveStock } from './reserve-stock.unit.js';

const reservationId = newId();
const ask = (...lines: { sku: string; quantity: number }[]) => commandOf({ reservationId, lines });
const twoTables = () => ask({ sku: 'TABLE', quantity: 2 });

describe('reserve-stock', () => {
  it('holds the lines, and answers the very command that asked', async () => {
    const warehouse = await Warehouse.with({ TABLE: 5 });
    const command = twoTables();
    expect(await warehouse.give(reserveStock, command)).toEqual([
      {
        message: StockReserved,
        data: { reservationId },
        subject: 'order-1',
        sagaId: 'saga-1',
        commandId: 'command-1',
        causationId: command.id,
      },
    ]);
    expect(await warehouse.stockOf('TABLE')).toEqual({ available: 3, reserved: 2, sold: 0 });
  });

  it('holds nothing when a line is short, and says what is left', async () => {
    const warehouse = await Warehouse.with({ TABLE: 1, LAMP: 5 });
    const sent = await warehouse.give(
      reserveStock,
      ask({ sku: 'LAMP', quantity: 1 }, { sku: 'TABLE', quantity: 2 }),
    );
    const shortages = [{ sku: 'TABLE', requested: 2, available: 1 }];
    expect(sent).toMatchObject([{ message: StockShort, data: { reservationId, shortages } }]);
    expect(await warehouse.stockOf('LAMP')).toEqual({ available: 5, reserved: 0, sold: 0 });
  });

  it('has none of a product that is unknown or no longer sold', async () => {
    const warehouse = await Warehouse.with({});
    await warehouse.create('OLD', 5, { active: false });
    const sent = await warehouse.give(
      reserveStock,
      ask({ sku: 'OLD', quantity: 1 }, { sku: 'NONE', quantity: 3 }),
    );
    const shortages = [
      { sku: 'NONE', requested: 3, available: 0 },
      { sku: 'OLD', requested: 1, available: 0 },
    ];
    expect(sent).toMatchObject([{ message: StockShort, data: { shortages } }]);
  });

  it('asked again, answers again what it said first, whatever has changed since', async () => {
    const warehouse = await Warehouse.with({ TABLE: 1 });
    const [first] = await warehouse.give(reserveStock, twoTables());
    await warehouse.create('MORE', 1);
    const again = twoTables();
    expect(await warehouse.give(reserveStock, again)).toEqual([{ ...first, causationId: again.id }]);
  });

  it('holds once, however often it is asked', async () => {
    const warehouse = await Warehouse.with({ TABLE: 5 });
    for (let i = 0; i < 3; i++) await warehouse.give(reserveStock, twoTables());
    expect(await warehouse.stockOf('TABLE')).toEqual({ available: 3, reserved: 2, sold: 0 });
  });

  it('is a defect with other lines under the same id', async () => {
    const warehouse = await Warehouse.with({ TABLE: 5 });
    await warehouse.give(reserveStock, twoTables());
    await expect(warehouse.give(reserveStock, ask({ sku: 'TABLE', quantity: 1 }))).rejects.toThrow(Defect);
  });

  it('after its release is told that it was cancelled, and holds nothing', async () => {
    const warehouse = await Warehouse.with({ TABLE: 5 });
    await warehouse.give(releaseStock, commandOf({ reservationId }));
    expect(await warehouse.give(reserveStock, twoTables())).toMatchObject([
      { message: ReservationCancelled, data: { reservationId } },
    ]);
    expect(await warehouse.stockOf('TABLE')).toEqual({ available: 5, reserved: 0, sold: 0 });
  });

  it('after its expiry is told that it was cancelled, holds nothing, and has every other sending cancelled too', async () => {
    const warehouse = await Warehouse.with({ TABLE: 5 });
    const late = { ...twoTables(), expirytime: '2000-01-01T00:00:00.000Z' };
    const inTime = { ...twoTables(), expirytime: '9999-12-31T00:00:00.000Z' };
    for (const command of [late, inTime]) {
      expect(await warehouse.give(reserveStock, command)).toMatchObject([
        { message: ReservationCancelled, data: { reservationId }, causationId: command.id },
      ]);
    }
    expect(await warehouse.give(releaseStock, commandOf({ reservationId }))).toMatchObject([
      { message: StockReleased },
    ]);
    expect(await warehouse.stockOf('TABLE')).toEqual({ available: 5, reserved: 0, sold: 0 });
  });

  it('after its expiry is answered as before where it was carried out in time', async () => {
    const warehouse = await Warehouse.with({ TABLE: 5 });
    await warehouse.give(reserveStock, twoTables());
    const late = { ...twoTables(), expirytime: '2000-01-01T00:00:00.000Z' };
    expect(await warehouse.give(reserveStock, late)).toMatchObject([{ message: StockReserved }]);
    expect(await warehouse.stockOf('TABLE')).toEqual({ available: 3, reserved: 2, sold: 0 });
  });

  it('tells everyone when a product sells out, and only then', async () => {
    const warehouse = await Warehouse.with({ TABLE: 3 });
    await warehouse.give(reserveStock, twoTables());
    const lastOne = commandOf({ reservationId: newId(), lines: [{ sku: 'TABLE', quantity: 1 }] });
    const sent = await warehouse.give(reserveStock, lastOne);
    expect(warehouse.sent.filter(({ message }) => message === StockChanged)).toHaveLength(1);
    expect(sent).toContainEqual(
      expect.objectContaining({
        message: StockChanged,
        subject: 'TABLE',
        data: expect.objectContaining({ available: 0, reserved: 3, version: 3 }),
      }),
    );
  });

  it('gives the last one to one of many who ask at once', async () => {
    const warehouse = await Warehouse.with({ LAST: 1 });
    const buyers = Array.from({ length: 100 }, () =>
      commandOf({ reservationId: newId(), lines: [{ sku: 'LAST', quantity: 1 }] }),
    );
    await Promise.all(buyers.map((buyer) => warehouse.units.run(reserveStock(buyer, warehouse.outbox))));
    expect(warehouse.sent.filter(({ message }) => message === StockReserved)).toHaveLength(1);
    expect(warehouse.sent.filter(({ message }) => message === StockShort)).toHaveLength(99);
    expect(await warehouse.stockOf('LAST')).toEqual({ available: 0, reserved: 1, sold: 0 });
  });
});
