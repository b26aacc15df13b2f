import { describe, expect, it } from '@jest/globals';
import { StockChanged, StockReleased } from '#libs/contracts/inventory/inventory.messages.js';
import { Defect } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import { commitStock } from '../commit-stock/commit-stock.unit.js';
import { reserveStock } from '../reserve-stock/reserve-stock.unit.js';
import { commandOf, Warehouse } from '../testing/warehouse.js';
import { releaseStock } from './release-stock.unit.js';

const reservationId = newId();
const reserve = (quantity = 2) => commandOf({ reservationId, lines: [{ sku: 'TABLE', quantity }] });
const release = () => commandOf({ reservationId });

describe('release-stock', () => {
  it('gives back what was held, and answers the very command that asked', async () => {
    const warehouse = await Warehouse.with({ TABLE: 5 });
    await warehouse.give(reserveStock, reserve());
    const command = release();
    expect(await warehouse.give(releaseStock, command)).toEqual([
      {
        message: StockReleased,
        data: { reservationId },
        subject: 'order-1',
        sagaId: 'saga-1',
        commandId: 'command-1',
        causationId: command.id,
      },
    ]);
    expect(await warehouse.stockOf('TABLE')).toEqual({ available: 5, reserved: 0, sold: 0 });
  });

  it('gives back once, and agrees as often as it is asked', async () => {
    const warehouse = await Warehouse.with({ TABLE: 5 });
    await warehouse.give(reserveStock, reserve());
    for (let i = 0; i < 3; i++) {
      expect(await warehouse.give(releaseStock, release())).toMatchObject([{ message: StockReleased }]);
    }
    expect(await warehouse.stockOf('TABLE')).toEqual({ available: 5, reserved: 0, sold: 0 });
  });

  it('agrees when nothing was ever held', async () => {
    const warehouse = await Warehouse.with({ TABLE: 1 });
    expect(await warehouse.give(releaseStock, release())).toMatchObject([{ message: StockReleased }]);
    const short = await Warehouse.with({ TABLE: 1 });
    await short.give(reserveStock, reserve());
    expect(await short.give(releaseStock, release())).toMatchObject([{ message: StockReleased }]);
  });

  it('tells everyone that a product is back', async () => {
    const warehouse = await Warehouse.with({ TABLE: 2 });
    await warehouse.give(reserveStock, reserve());
    expect(await warehouse.give(releaseStock, release())).toContainEqual(
      expect.objectContaining({ message: StockChanged, data: expect.objectContaining({ available: 2 }) }),
    );
  });

  it('finds the stock also when it is decided together with the reservation', async () => {
    const warehouse = await Warehouse.with({ TABLE: 5 });
    await Promise.all([
      warehouse.units.run(reserveStock(reserve(), warehouse.outbox)),
      warehouse.units.run(releaseStock(release(), warehouse.outbox)),
    ]);
    expect(await warehouse.stockOf('TABLE')).toEqual({ available: 5, reserved: 0, sold: 0 });
  });

  it('is a defect after the sale', async () => {
    const warehouse = await Warehouse.with({ TABLE: 5 });
    await warehouse.give(reserveStock, reserve());
    await warehouse.give(commitStock, commandOf({ reservationId }));
    await expect(warehouse.give(releaseStock, release())).rejects.toThrow(Defect);
    expect(await warehouse.stockOf('TABLE')).toEqual({ available: 3, reserved: 0, sold: 2 });
  });
});
