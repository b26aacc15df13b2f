import type { WireMoney } from '#libs/contracts/shapes.js';
import { parseAmount } from '#libs/kernel/money.js';

/** "12" and "12.00" are one amount. What is no amount equals nothing else. */
export function minorUnits(money: unknown): string | null {
  if (money === null) return null;
  try {
    const { amount, currency } = money as WireMoney;
    return `${parseAmount(amount, currency).amountMinor} ${currency}`;
  } catch {
    return `no amount: ${JSON.stringify(money)}`;
  }
}

export const isSameAmount = (a: unknown, b: unknown): boolean => minorUnits(a) === minorUnits(b);
