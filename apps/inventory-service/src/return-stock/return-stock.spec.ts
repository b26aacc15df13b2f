import { describe, expect, it } from '@jest/globals';
import { StockReturned } from '#libs/contracts/inventory/inventory.messages.js';
import { Defect } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import { commitStock } from '../commit-stock/commit-stock.unit.js';
import { reserveStock } from '../reserve-stock/reserve-stock.unit.js';
import { commandOf, Warehouse } from '../testing/warehouse.js';
import { returnStock } from './return-stock.unit.js';

const reservationId = newId();
const reserve = () => commandOf({ reservationId, lines: [{ sku: 'TABLE', quantity: 2 }] });
const giveBack = () => commandOf({ reservationId });

describe('return-stock', () => {
  it('takes back what was sold, once, and answers as often as it is asked', async () => {
    const warehouse = await Warehouse.with({ TABLE: 5 });
    await warehouse.give(reserveStock, reserve());
    await warehouse.give(commitStock, giveBack());
    for (let i = 0; i < 3; i++) {
      const command = giveBack();
      expect(await warehouse.give(returnStock, command)).toMatchObject([
        { message: StockReturned, data: { reservationId }, commandId: 'command-1', causationId: command.id },
      ]);
    }
    expect(await warehouse.stockOf('TABLE')).toEqual({ available: 5, reserved: 0, sold: 0 });
  });

  it('is a defect when nothing was sold', async () => {
    const warehouse = await Warehouse.with({ TABLE: 5 });
    await expect(warehouse.give(returnStock, giveBack())).rejects.toThrow(Defect);
    await warehouse.give(reserveStock, reserve());
    await expect(warehouse.give(returnStock, giveBack())).rejects.toThrow(Defect);
    expect(await warehouse.stockOf('TABLE')).toEqual({ available: 3, reserved: 2, sold: 0 });
  });
});
