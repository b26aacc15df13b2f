import { describe, expect, it } from '@jest/globals';
import { maxMinorUnitsOfOrder, priceLines, type CatalogueProduct, type RequestedLine } from './pricing.js';

const product = (sku: string, over: Partial<CatalogueProduct> = {}): CatalogueProduct => ({
  sku,
  name: `The ${sku}`,
  sellerId: 'seller-1',
  price: { amountMinor: 2999, currency: 'USD' },
  discountPercent: 0,
  active: true,
  ...over,
});
const catalogue = new Map(
  [
    product('TABLE'),
    product('CHAIR', { price: { amountMinor: 500, currency: 'USD' } }),
    product('GONE', { active: false }),
    product('TATAMI', { price: { amountMinor: 9000, currency: 'JPY' } }),
  ].map((entry) => [entry.sku, entry]),
);
const ask = (productId: string, over: Partial<RequestedLine> = {}): RequestedLine => ({
  productId,
  quantity: 1,
  attributes: {},
  ...over,
});
const refusal = (code: string, particulars: object) =>
  expect.objectContaining({ code, particulars: expect.objectContaining(particulars) });

describe('priceLines', () => {
  it('takes name, seller and price from the catalogue', () => {
    const { lines, currency } = priceLines([ask('TABLE', { price: '29.99' })], catalogue);
    expect(currency).toBe('USD');
    expect(lines).toEqual([
      {
        productId: 'TABLE',
        name: 'The TABLE',
        sellerId: 'seller-1',
        quantity: 1,
        unitPrice: { amountMinor: 2999, currency: 'USD' },
        discountPercent: 0,
        attributes: {},
      },
    ]);
  });

  it('accepts the price as number or text, however written', () => {
    for (const price of [29.99, '29.99', '029.99']) {
      expect(priceLines([ask('TABLE', { price })], catalogue).lines).toHaveLength(1);
    }
  });

  it('merges lines that ask for the same thing', () => {
    const { lines } = priceLines(
      [ask('TABLE', { quantity: 2 }), ask('CHAIR'), ask('TABLE', { quantity: 3 })],
      catalogue,
    );
    expect(lines.map(({ productId, quantity }) => [productId, quantity])).toEqual([
      ['TABLE', 5],
      ['CHAIR', 1],
    ]);
  });

  it('keeps lines apart whose attributes differ', () => {
    const oak = { wood: 'oak' };
    const { lines } = priceLines([ask('TABLE', { attributes: oak }), ask('TABLE')], catalogue);
    expect(lines.map(({ attributes }) => attributes)).toEqual([oak, {}]);
  });

  it('names every product that is unknown or no longer sold', () => {
    expect(() => priceLines([ask('NOPE'), ask('TABLE'), ask('GONE')], catalogue)).toThrow(
      refusal('unknown-product', { productIds: ['NOPE', 'GONE'] }),
    );
  });

  it('names a product once, however often it was asked for', () => {
    expect(() => priceLines([ask('NOPE'), ask('NOPE')], catalogue)).toThrow(
      refusal('unknown-product', { productIds: ['NOPE'] }),
    );
    expect(() => priceLines([ask('TABLE'), ask('TATAMI'), ask('TATAMI')], catalogue)).toThrow(
      refusal('currency-mismatch', { productIds: ['TATAMI'] }),
    );
  });

  it('names every price that has changed, with the current one', () => {
    expect(() =>
      priceLines([ask('TABLE', { price: 10 }), ask('CHAIR', { price: '5.00' })], catalogue),
    ).toThrow(
      refusal('price-changed', {
        changes: [{ productId: 'TABLE', requested: '10', current: '29.99', currency: 'USD' }],
      }),
    );
  });

  it('refuses to mix currencies', () => {
    expect(() => priceLines([ask('TABLE'), ask('TATAMI')], catalogue)).toThrow(
      refusal('currency-mismatch', { currency: 'USD', productIds: ['TATAMI'] }),
    );
    expect(() => priceLines([ask('TABLE')], catalogue, 'EUR')).toThrow(
      refusal('currency-mismatch', { currency: 'EUR' }),
    );
  });

  it('bounds what one order may cost', () => {
    const dear = new Map([['YACHT', product('YACHT', { price: { amountMinor: 9e14, currency: 'USD' } })]]);
    expect(() => priceLines([ask('YACHT', { quantity: 10_000 })], dear)).toThrow(
      refusal('total-too-large', { currency: 'USD', most: '10000000000.00' }),
    );
  });

  it('bounds it over all lines, and at the last cent', () => {
    const house = product('HOUSE', {
      price: { amountMinor: maxMinorUnitsOfOrder / 2, currency: 'USD' },
    });
    const nail = product('NAIL', { price: { amountMinor: 1, currency: 'USD' } });
    const dear = new Map([house, nail].map((entry) => [entry.sku, entry]));
    expect(priceLines([ask('HOUSE', { quantity: 2 })], dear).lines).toHaveLength(1);
    expect(() => priceLines([ask('HOUSE', { quantity: 2 }), ask('NAIL')], dear)).toThrow(
      refusal('total-too-large', {}),
    );
  });

  it('bounds the pieces of one product over all lines', () => {
    const engraved = (quantity: number) => ask('TABLE', { quantity, attributes: { a: 'b' } });
    const most = ask('TABLE', { quantity: 9_999 });
    expect(priceLines([most, engraved(1)], catalogue).lines).toHaveLength(2);
    expect(() => priceLines([most, engraved(2)], catalogue)).toThrow(
      refusal('quantity-too-large', { productId: 'TABLE', quantity: 10_001, most: 10_000 }),
    );
  });

  it('has the currency that was asked for', () => {
    expect(priceLines([ask('TATAMI')], catalogue, 'JPY').currency).toBe('JPY');
  });
});
