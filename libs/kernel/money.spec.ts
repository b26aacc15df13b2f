import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatAmount, money, parseAmount, percentOf, sum } from './money.js';

describe('money', () => {
  it('reads exactly what it writes, for every currency scale', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.constantFrom('USD', 'JPY', 'KWD'), (amountMinor, currency) => {
        const value = money(amountMinor, currency);
        expect(parseAmount(formatAmount(value), currency)).toEqual(value);
      }),
    );
  });

  it('reads JSON numbers without binary rounding', () => {
    expect(parseAmount(29.99, 'USD').amountMinor).toBe(2999);
    expect(parseAmount(0.1, 'USD').amountMinor).toBe(10);
    expect(parseAmount('7', 'JPY').amountMinor).toBe(7);
  });

  it.each([
    ['1999.50', 'RSD', 199_950],
    ['1999.50', 'HUF', 199_950],
    ['1999.50', 'COP', 199_950],
    ['1999.50', 'PKR', 199_950],
    ['1.234', 'IQD', 1_234],
    ['1.2345', 'CLF', 12_345],
    ['7', 'ISK', 7],
  ])('reads %s %s by ISO 4217, whatever the runtime knows', (amount, currency, amountMinor) => {
    expect(parseAmount(amount, currency)).toEqual({ amountMinor, currency });
    expect(formatAmount({ amountMinor, currency })).toBe(amount);
  });

  it.each([
    ['29.999', 'USD'],
    ['1.5', 'JPY'],
    ['-1', 'USD'],
    ['1e3', 'USD'],
    ['', 'USD'],
    ['99999999999999999', 'USD'],
    ['1', 'DEM'],
    ['1.5', 'XAU'],
  ])('refuses %s %s', (amount, currency) => {
    expect(() => parseAmount(amount, currency)).toThrow(expect.objectContaining({ code: 'invalid-amount' }));
  });

  it('rounds a share half up, exactly', () => {
    expect(percentOf(money(2999, 'USD'), 50).amountMinor).toBe(1500);
    expect(percentOf(money(1001, 'USD'), 2.5).amountMinor).toBe(25);
    expect(percentOf(money(Number.MAX_SAFE_INTEGER, 'USD'), 100).amountMinor).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('refuses to add two currencies', () => {
    expect(() => sum([money(1, 'EUR'), money(1, 'USD')], 'EUR')).toThrow('cannot add');
  });

  it('refuses a total that would lose cents', () => {
    expect(() => sum([money(Number.MAX_SAFE_INTEGER, 'USD'), money(1, 'USD')], 'USD')).toThrow('safe');
  });
});
