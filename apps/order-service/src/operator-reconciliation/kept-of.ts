import type { ChargesListed } from '#libs/contracts/payment/payment.messages.js';
import { money, parseAmount, type Money } from '#libs/kernel/money.js';

/** What a provider keeps of a charge; null: it never took anything. */
export function keptOf({
  captured,
  refunded,
}: Pick<ChargesListed['items'][number], 'captured' | 'refunded'>): Money | null {
  if (captured === null) return null;
  const taken = parseAmount(captured.amount, captured.currency);
  const back = refunded ? parseAmount(refunded.amount, refunded.currency).amountMinor : 0;
  return money(taken.amountMinor - back, taken.currency);
}
