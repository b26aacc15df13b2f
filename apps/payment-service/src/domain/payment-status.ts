export const paymentStatuses = [
  'TAKEN',
  'DECLINED',
  /** Accepted by the provider, not settled. */
  'PENDING',
  'REFUNDED',
  /** The tombstone: refunded before anything was captured, or asked for after its expiry. */
  'CANCELLED',
] as const;

export type PaymentStatus = (typeof paymentStatuses)[number];
