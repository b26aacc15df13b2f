import { describe, expect, it } from '@jest/globals';
import { callerOf } from '#libs/kernel/caller.js';
import { ProductChanged, StockChanged } from '#libs/contracts/inventory/inventory.messages.js';
import { newId } from '#libs/kernel/ids.js';
import { Warehouse } from '../testing/warehouse.js';
import { adjustStockUnit, type AdjustStock } from './adjust-stock.unit.js';
import { changeProductUnit, type ChangeProduct } from './change-product.unit.js';
import { adjustStockBody, changeProductBody, createProductBody } from './product.dto.js';

const operator = callerOf('op-1', ['operator']);
const seller = callerOf('seller-1', ['seller']);
const otherSeller = callerOf('seller-2', ['seller']);
const refusedAs = (code: string) => expect.objectContaining({ code });

describe('creating a product', () => {
  it('tells everyone of the product and its stock', async () => {
    const warehouse = new Warehouse();
    await warehouse.create('TABLE', 5);
    expect(warehouse.sent).toMatchObject([
      {
        message: ProductChanged,
        subject: 'TABLE',
        sequence: 1,
        data: { sku: 'TABLE', price: { amount: '29.99', currency: 'USD' }, active: true, version: 1 },
      },
      { message: StockChanged, subject: 'TABLE', data: { available: 5, reserved: 0, sold: 0, version: 1 } },
    ]);
    for (const { message, data } of warehouse.sent) expect(message.schema.parse(data)).toEqual(data);
  });

  it('is refused for a SKU that is taken', async () => {
    const warehouse = await Warehouse.with({ TABLE: 5 });
    await expect(warehouse.create('TABLE', 7)).rejects.toThrow(refusedAs('product-exists'));
    expect(await warehouse.stockOf('TABLE')).toMatchObject({ available: 5 });
  });
});

describe('changing a product', () => {
  const change = (warehouse: Warehouse, over: Partial<ChangeProduct>) =>
    warehouse.units.run(
      changeProductUnit(
        { sku: 'TABLE', changes: { name: 'Oak table' }, caller: operator, version: undefined, ...over },
        warehouse.outbox,
      ),
    );

  it('counts a version and tells everyone', async () => {
    const warehouse = await Warehouse.with({ TABLE: 5 });
    expect(await change(warehouse, {})).toMatchObject({ name: 'Oak table', version: 2 });
    expect(warehouse.sent).toMatchObject([
      { message: ProductChanged, sequence: 2, data: { name: 'Oak table' } },
    ]);
  });

  it('tells nobody when nothing changes', async () => {
    const warehouse = await Warehouse.with({ TABLE: 5 });
    expect(await change(warehouse, { changes: { active: true } })).toMatchObject({ version: 1 });
    expect(warehouse.sent).toEqual([]);
  });

  it('is for its seller and for staff', async () => {
    const warehouse = await Warehouse.with({ TABLE: 5 });
    await expect(change(warehouse, { caller: seller })).resolves.toMatchObject({ version: 2 });
    await expect(change(warehouse, { caller: otherSeller })).rejects.toThrow(refusedAs('product-not-yours'));
  });

  it('is refused when it has changed since the caller looked, or is not there', async () => {
    const warehouse = await Warehouse.with({ TABLE: 5 });
    await expect(change(warehouse, { version: 2 })).rejects.toThrow(refusedAs('product-has-changed'));
    await expect(change(warehouse, { version: 1 })).resolves.toMatchObject({ version: 2 });
    await expect(change(warehouse, { sku: 'NONE' })).rejects.toThrow(refusedAs('product-not-found'));
  });
});

describe('adjusting stock', () => {
  const adjust = (warehouse: Warehouse, over: Partial<AdjustStock>) =>
    warehouse.units.run(
      adjustStockUnit(
        { adjustmentId: newId(), sku: 'TABLE', delta: 3, reason: 'delivery', caller: operator, ...over },
        warehouse.outbox,
      ),
    );

  it('says who did it and why, and tells everyone', async () => {
    const warehouse = await Warehouse.with({ TABLE: 5 });
    const { adjustment } = await adjust(warehouse, {});
    expect(adjustment).toMatchObject({
      sku: 'TABLE',
      delta: 3,
      reason: 'delivery',
      adjustedBy: 'op-1',
      availableAfter: 8,
    });
    expect(warehouse.sent).toMatchObject([
      { message: StockChanged, sequence: 2, data: { available: 8, version: 2 } },
    ]);
  });

  it('happens once under one id', async () => {
    const warehouse = await Warehouse.with({ TABLE: 5 });
    const adjustmentId = newId();
    const first = await adjust(warehouse, { adjustmentId });
    expect(await adjust(warehouse, { adjustmentId })).toEqual({ ...first, repeated: true });
    expect(await warehouse.stockOf('TABLE')).toMatchObject({ available: 8 });
    await expect(adjust(warehouse, { adjustmentId, delta: 4 })).rejects.toThrow(
      refusedAs('adjustment-id-taken'),
    );
  });

  it('does not take what is not there', async () => {
    const warehouse = await Warehouse.with({ TABLE: 5 });
    await expect(adjust(warehouse, { delta: -6 })).rejects.toThrow(refusedAs('stock-too-low'));
    expect(warehouse.sent).toEqual([]);
  });

  it('is for its seller and for staff', async () => {
    const warehouse = await Warehouse.with({ TABLE: 5 });
    await expect(adjust(warehouse, { caller: seller })).resolves.toMatchObject({
      adjustment: { adjustedBy: 'seller-1' },
    });
    await expect(adjust(warehouse, { caller: otherSeller })).rejects.toThrow(refusedAs('product-not-yours'));
    await expect(adjust(warehouse, { sku: 'NONE' })).rejects.toThrow(refusedAs('product-not-found'));
  });
});

describe('what is sent', () => {
  const price = { amount: 29.99, currency: 'USD' };
  const least = { sku: 'OAK-TABLE', name: 'Oak table', price };

  it('has defaults', () => {
    expect(createProductBody.parse(least)).toEqual({
      ...least,
      discountPercent: 0,
      active: true,
      available: 0,
    });
  });

  it.each([
    ['a SKU that no address can have', { ...least, sku: 'A/B' }],
    ['an unknown field', { ...least, sold: 0 }],
    ['a currency that is none', { ...least, price: { ...price, currency: 'ABC' } }],
    ['a negative price', { ...least, price: { ...price, amount: -1 } }],
    ['a discount of more than all', { ...least, discountPercent: 101 }],
    ['a discount finer than can be kept', { ...least, discountPercent: 12.345 }],
    ['a name of nothing', { ...least, name: '   ' }],
    ['a name with control characters', { ...least, name: 'A\u0000B' }],
  ])('is refused with %s', (_, body) => {
    expect(createProductBody.safeParse(body).success).toBe(false);
  });

  it('keeps a discount of hundredths', () => {
    expect(changeProductBody.parse({ discountPercent: 12.34 })).toEqual({ discountPercent: 12.34 });
  });

  it('of an adjustment is a whole number that changes something, and a reason', () => {
    expect(adjustStockBody.safeParse({ delta: -1, reason: 'broken' }).success).toBe(true);
    for (const wrong of [{ delta: 0, reason: 'r' }, { delta: 1.5, reason: 'r' }, { delta: 1 }]) {
      expect(adjustStockBody.safeParse(wrong).success).toBe(false);
    }
  });
});

describe('what looks like a card number', () => {
  it.each([
    [
      createProductBody,
      { sku: 'A', price: { amount: '1', currency: 'USD' }, name: 'Card 4111-1111-1111-1111' },
    ],
    [changeProductBody, { name: '4111111111111111' }],
    [adjustStockBody, { delta: 1, reason: 'paid with 4111 1111 1111 1111' }],
  ])('is refused in names and reasons, and not repeated', (schema, body) => {
    const { error } = schema.safeParse(body);
    expect(error?.issues).toMatchObject([{ message: 'must not contain what looks like a card number' }]);
    expect(JSON.stringify(error)).not.toContain('1111');
  });
});
