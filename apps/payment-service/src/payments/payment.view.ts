import type { MoneyJson } from '#libs/kernel/money.js';
import type { PaymentStatus } from '../domain/payment-status.js';

/** A payment as staff see it. */
export interface PaymentView {
  readonly id: string;
  readonly orderId: string;
  /** Null where the payment is known from its refund alone. */
  readonly customerId: string | null;
  /** Null on a payment that was cancelled before anybody asked for it. */
  readonly amount: MoneyJson | null;
  readonly status: PaymentStatus;
  readonly declineCode: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}
