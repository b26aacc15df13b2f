import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Defect } from './errors.js';
import {
  add,
  currencyDecimals,
  formatAmount,
  money,
  moneyToJson,
  multiply,
  parseAmount,
  percentOf,
  sum,
} from './money.js';

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
    ['29.999', 'USD', 'an amount in USD has at most 2 decimals'],
    ['1.5', 'JPY', 'an amount in JPY has at most 0 decimals'],
    ['1.', 'USD', 'an amount in USD has at most 2 decimals'],
    ['.5', 'USD', 'an amount in USD has at most 2 decimals'],
    ['-1', 'USD', 'an amount in USD has at most 2 decimals'],
    ['1e3', 'USD', 'an amount in USD has at most 2 decimals'],
    ['1 ', 'USD', 'an amount in USD has at most 2 decimals'],
    ['', 'USD', 'an amount in USD has at most 2 decimals'],
    ['99999999999999999', 'USD', 'the amount is too large'],
    ['1', 'DEM', 'DEM is no currency'],
    ['1.5', 'XAU', 'XAU is no currency'],
  ])('refuses %s %s', (amount, currency, message) => {
    expect(() => parseAmount(amount, currency)).toThrow(
      expect.objectContaining({ name: 'Refusal', code: 'invalid-amount', message }),
    );
  });

  it('is written as JSON, with its sign and all of its decimals', () => {
    expect(moneyToJson(money(-5, 'USD'))).toEqual({ amount: '-0.05', currency: 'USD' });
    expect(moneyToJson(money(0, 'USD'))).toEqual({ amount: '0.00', currency: 'USD' });
    expect(moneyToJson(money(-7, 'JPY'))).toEqual({ amount: '-7', currency: 'JPY' });
    expect(moneyToJson(money(1_234, 'KWD'))).toEqual({ amount: '1.234', currency: 'KWD' });
  });

  it('is multiplied, added and summed up in its currency', () => {
    expect(multiply(money(333, 'USD'), 3)).toEqual(money(999, 'USD'));
    expect(add(money(1, 'USD'), money(2, 'USD'))).toEqual(money(3, 'USD'));
    expect(sum([], 'USD')).toEqual(money(0, 'USD'));
    expect(sum([money(1, 'USD'), money(2, 'USD')], 'USD')).toEqual(money(3, 'USD'));
  });

  it('has no decimals in what is no currency', () => {
    expect(() => currencyDecimals('DEM')).toThrow(new Defect('not a currency: DEM'));
    expect(currencyDecimals('USD')).toBe(2);
  });

  it('rounds a share half up, exactly', () => {
    expect(percentOf(money(2999, 'USD'), 50).amountMinor).toBe(1500);
    expect(percentOf(money(1001, 'USD'), 2.5).amountMinor).toBe(25);
    expect(percentOf(money(Number.MAX_SAFE_INTEGER, 'USD'), 100).amountMinor).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('refuses to add two currencies', () => {
    expect(() => sum([money(1, 'EUR'), money(1, 'USD')], 'EUR')).toThrow(new Defect('cannot add USD to EUR'));
  });

  it('refuses a total that would lose cents', () => {
    expect(() => sum([money(Number.MAX_SAFE_INTEGER, 'USD'), money(1, 'USD')], 'USD')).toThrow(
      new Defect('not a safe amount: 9007199254740992 USD'),
    );
  });
});
