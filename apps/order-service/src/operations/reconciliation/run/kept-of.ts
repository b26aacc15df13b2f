import type { ChargesListed } from '#libs/contracts/payment/payment.messages.js';
import { money, parseAmount, type Money, type MoneyJson } from '#libs/kernel/money.js';

/** What a provider keeps of a charge; null: it never took anything. */
export function keptOf({
  captured,
  refunded,
}: Pick<ChargesListed['items'][number], 'captured' | 'refunded'>): Money | null {
  if (captured === null) return null;
  const taken = moneyOf(captured);
  const back = refunded ? moneyOf(refunded).amountMinor : 0;
  return money(taken.amountMinor - back, taken.currency);
}

export const moneyOf = ({ amount, currency }: MoneyJson): Money => parseAmount(amount, currency);
