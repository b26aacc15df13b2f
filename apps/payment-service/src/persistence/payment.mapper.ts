import { money } from '#libs/kernel/money.js';
import { nextLook, type Payment } from '../domain/payment.js';
import type { AskedBy, PaymentRow } from './payment.row.js';

export const toPayment = ({
  amountMinor,
  currency,
  askedBy: _,
  nextLookAt: __,
  ...same
}: PaymentRow): Payment => ({
  ...same,
  amount: amountMinor === null || currency === null ? null : money(amountMinor, currency),
});

/** @param askedBy who is to hear of the settlement; kept while the payment is pending, and after it. */
export const toPaymentRow = ({ amount, ...same }: Payment, askedBy: AskedBy | null): PaymentRow => ({
  ...same,
  amountMinor: amount?.amountMinor ?? null,
  currency: amount?.currency ?? null,
  askedBy,
  nextLookAt: same.status === 'PENDING' ? nextLook(same, same.updatedAt) : null,
});
