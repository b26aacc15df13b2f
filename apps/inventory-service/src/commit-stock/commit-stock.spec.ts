import { describe, expect, it } from '@jest/globals';
import { StockCommitted } from '#libs/contracts/inventory/inventory.messages.js';
import { Defect } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import { releaseStock } from '../release-stock/release-stock.unit.js';
import { reserveStock } from '../reserve-stock/reserve-stock.unit.js';
import { commandOf, Warehouse } from '../testing/warehouse.js';
import { commitStock } from './commit-stock.unit.js';

const reservationId = newId();
const reserve = () => commandOf({ reservationId, lines: [{ sku: 'TABLE', quantity: 2 }] });
const commit = () => commandOf({ reservationId });

describe('commit-stock', () => {
  it('sells what is held, once, and answers as often as it is asked', async () => {
    const warehouse = await Warehouse.with({ TABLE: 5 });
    await warehouse.give(reserveStock, reserve());
    for (let i = 0; i < 3; i++) {
      const command = commit();
      expect(await warehouse.give(commitStock, command)).toMatchObject([
        { message: StockCommitted, data: { reservationId }, commandId: 'command-1', causationId: command.id },
      ]);
    }
    expect(await warehouse.stockOf('TABLE')).toEqual({ available: 3, reserved: 0, sold: 2 });
  });

  it('is a defect when nothing is held', async () => {
    const warehouse = await Warehouse.with({ TABLE: 5 });
    await expect(warehouse.give(commitStock, commit())).rejects.toThrow(Defect);
    await warehouse.give(releaseStock, commit());
    await expect(warehouse.give(commitStock, commit())).rejects.toThrow(Defect);
    expect(await warehouse.stockOf('TABLE')).toEqual({ available: 5, reserved: 0, sold: 0 });
  });
});
