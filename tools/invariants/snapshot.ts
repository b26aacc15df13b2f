import type { OrderDocument } from '#libs/contracts/order/order.messages.js';

/** All state of the three services at one moment at which nothing moves, as the invariants look at it. */
export interface Snapshot {
  readonly orders: readonly OrderRecord[];
  readonly sagas: readonly SagaRecord[];
  readonly timelines: readonly TimelineRecord[];
  readonly views: readonly ViewRecord[];
  readonly orderCounts: ReadonlyMap<string, number>;
  readonly reservations: readonly ReservationRecord[];
  readonly stock: readonly StockRecord[];
  /** What was put in and taken out by hand, per SKU. */
  readonly adjustments: ReadonlyMap<string, number>;
  readonly payments: readonly PaymentRecord[];
  /** The provider's own book, not ours. */
  readonly ledger: readonly LedgerRecord[];
  /** Rows that wait to be sent, per service. */
  readonly unsent: ReadonlyMap<string, number>;
  /** Messages that were parked from each queue, are out of their parking lot, and wait for a person. */
  readonly parked: ReadonlyMap<string, number>;
  /** Messages per queue, parking lots included; absent when the broker was not asked. */
  readonly queued?: ReadonlyMap<string, number>;
}

export interface OrderRecord {
  readonly id: string;
  readonly customerId: string;
  readonly status: string;
  readonly version: number;
  readonly currency: string;
  readonly totalMinor: number;
  readonly paymentMethod: string;
  readonly paymentStatus: string;
  /** What people asked of it, oldest first: a status, and when. CANCELLED is a request to cancel. */
  readonly requests: readonly { readonly askedFor: string; readonly at: Date }[];
  readonly quantities: ReadonlyMap<string, number>;
}

export interface SagaRecord {
  readonly id: string;
  readonly saga: string;
  readonly subject: string;
  readonly status: string;
  readonly revision: number;
  readonly finishedAt: Date | null;
  /** Null where this kind of saga is not about a reservation, or a payment. */
  readonly reservationId: string | null;
  readonly paymentId: string | null;
  /** Whether a payment provider's token is still kept. */
  readonly keepsToken: boolean;
}

export interface TimelineRecord {
  readonly sagaId: string;
  readonly revision: number;
}

export interface ViewRecord {
  readonly id: string;
  readonly customerId: string;
  readonly status: string;
  readonly version: number;
  readonly totalMinor: number;
  readonly document: OrderDocument;
}

export interface ReservationRecord {
  readonly id: string;
  readonly status: string;
  readonly quantities: ReadonlyMap<string, number>;
}

export interface StockRecord {
  readonly sku: string;
  readonly available: number;
  readonly reserved: number;
  readonly sold: number;
}

export interface PaymentRecord {
  readonly id: string;
  readonly status: string;
}

export interface LedgerRecord {
  readonly key: string;
  /** Null when the key was killed before a charge was asked for. */
  readonly currency: string | null;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
}
