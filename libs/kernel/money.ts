import { minorUnitsOf } from './currencies.js';
import { Defect, Refusal } from './errors.js';

/** An amount in the smallest unit of its currency (cents for USD, yen for JPY). Always a safe integer. */
export interface Money {
  readonly amountMinor: number;
  readonly currency: string;
}

/** As money is shown outside: `{"amount":"59.98","currency":"USD"}`. */
export interface MoneyJson {
  readonly amount: string;
  readonly currency: string;
}

/**
 * Decimals of a currency. @throws Defect for a code that is no currency: a guess could be wrong by a factor of a
 * hundred.
 */
export function currencyDecimals(currency: string): number {
  const decimals = minorUnitsOf(currency);
  if (decimals === undefined) throw new Defect(`not a currency: ${currency}`);
  return decimals;
}

/** @throws Defect when the amount is not a safe integer: a total that would lose cents must not exist. */
export function money(amountMinor: number, currency: string): Money {
  if (!Number.isSafeInteger(amountMinor)) throw new Defect(`not a safe amount: ${amountMinor} ${currency}`);
  return { amountMinor, currency };
}

export function add(a: Money, b: Money): Money {
  if (a.currency !== b.currency) throw new Defect(`cannot add ${b.currency} to ${a.currency}`);
  return money(a.amountMinor + b.amountMinor, a.currency);
}

export const sum = (amounts: readonly Money[], currency: string): Money =>
  amounts.reduce(add, money(0, currency));

export const multiply = (amount: Money, factor: number): Money =>
  money(amount.amountMinor * factor, amount.currency);

/** A share in percent, with up to two decimals in the percentage, rounded half up to the smallest unit. */
export function percentOf(amount: Money, percent: number): Money {
  const hundredths = BigInt(Math.round(percent * 100));
  const rounded = (BigInt(amount.amountMinor) * hundredths + 5000n) / 10000n;
  return money(Number(rounded), amount.currency);
}

export function formatAmount({ amountMinor, currency }: Money): string {
  const decimals = currencyDecimals(currency);
  const digits = String(Math.abs(amountMinor)).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const sign = amountMinor < 0 ? '-' : '';
  return decimals === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-decimals)}`;
}

export const moneyToJson = (value: Money): MoneyJson => ({
  amount: formatAmount(value),
  currency: value.currency,
});

/**
 * Reads "29.99" or 29.99 exactly, without arithmetic on binary fractions.
 * @throws Refusal `invalid-amount` for an unknown currency, more decimals than it has, a sign, an exponent, or an unsafe size.
 */
export function parseAmount(input: string | number, currency: string): Money {
  if (minorUnitsOf(currency) === undefined) throw new Refusal('invalid-amount', `${currency} is no currency`);
  const text = String(input);
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text);
  const decimals = currencyDecimals(currency);
  const fraction = match?.[2] ?? '';
  if (!match || fraction.length > decimals) {
    throw new Refusal('invalid-amount', `an amount in ${currency} has at most ${decimals} decimals`);
  }
  const amountMinor = Number(`${match[1]}${fraction.padEnd(decimals, '0')}`);
  if (!Number.isSafeInteger(amountMinor)) throw new Refusal('invalid-amount', 'the amount is too large');
  return { amountMinor, currency };
}
