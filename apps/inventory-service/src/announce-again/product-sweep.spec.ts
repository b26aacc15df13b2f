import { describe, expect, it } from '@jest/globals';
import { ProductChanged } from '#libs/contracts/inventory/inventory.messages.js';
import { callerOf } from '#libs/kernel/caller.js';
import type { Position } from '#libs/persistence/housekeeping';
import { products } from '../persistence/product.row.js';
import { changeProductUnit } from '../products/change-product.unit.js';
import { Warehouse } from '../testing/warehouse.js';
import { productSweep } from './product-sweep.js';

const before = new Date();

async function sweeping(...skus: string[]) {
  const warehouse = await Warehouse.with(Object.fromEntries(skus.map((sku) => [sku, 1])));
  const sweep = productSweep({
    everySeconds: 3_600,
    skus: async (after, limit) =>
      warehouse.units
        .rows(products)
        .map(({ sku }) => sku)
        .filter((sku) => after === null || sku > after)
        .slice(0, limit),
    units: warehouse.units,
    outbox: warehouse.outbox,
  });
  return { warehouse, sweep };
}

describe('the sweep of products', () => {
  it('announces each once more, page by page', async () => {
    const { warehouse, sweep } = await sweeping('A', 'B', 'C');
    let after: Position | null = null;
    do after = await sweep.sweep({ before, after, limit: 2 });
    while (after !== null);
    expect(warehouse.sent.map(({ message, subject }) => [message, subject])).toEqual(
      ['A', 'B', 'C'].map((sku) => [ProductChanged, sku]),
    );
  });

  it('tells of a product as it is by now, under the version that it has', async () => {
    const { warehouse, sweep } = await sweeping('A');
    const caller = callerOf('op-1', ['operator']);
    const changes = { name: 'Another A' };
    await warehouse.units.run(
      changeProductUnit({ sku: 'A', changes, caller, version: undefined }, warehouse.outbox),
    );
    await sweep.sweep({ before, after: null, limit: 10 });
    const [changed, again] = warehouse.sent;
    expect(again).toEqual(changed);
    expect(again).toMatchObject({ sequence: 2, data: { name: 'Another A', version: 2 } });
  });

  it('ends at the last product, and where there is none', async () => {
    const { sweep } = await sweeping('A');
    const after = await sweep.sweep({ before, after: null, limit: 1 });
    expect(after).toEqual({ sku: 'A' });
    await expect(sweep.sweep({ before, after, limit: 1 })).resolves.toBeNull();
  });
});
