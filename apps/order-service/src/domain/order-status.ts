/**
 * The life of an order. `transitions` is the whole rule: what is not in it does not happen. It is drawn in
 * docs/order-lifecycle.md and walked exhaustively in order.spec.ts.
 */
export const transitions = {
  /** Accepted; the place-order saga is at work. */
  PENDING: ['CONFIRMED', 'REJECTED'],
  CONFIRMED: ['PREPARING', 'CANCELLING'],
  PREPARING: ['SHIPPED', 'CANCELLING'],
  SHIPPED: ['OUT_FOR_DELIVERY', 'DELIVERED'],
  OUT_FOR_DELIVERY: ['DELIVERED'],
  DELIVERED: ['PARTIALLY_REFUNDED', 'REFUNDED', 'RETURNED'],
  /** Past the saga's pivot; the cancel-order saga gives money and stock back. */
  CANCELLING: ['CANCELLED'],
  PARTIALLY_REFUNDED: ['PARTIALLY_REFUNDED', 'REFUNDED', 'RETURNED'],
  RETURNED: ['REFUNDED'],
  REJECTED: [],
  CANCELLED: [],
  REFUNDED: [],
} as const satisfies Record<string, readonly string[]>;

export type OrderStatus = keyof typeof transitions;

export const orderStatuses = Object.keys(transitions) as OrderStatus[];

/** What staff set by hand, in the warehouse and on the road. All other changes follow from how sagas end. */
export const settableStatuses = ['PREPARING', 'SHIPPED', 'OUT_FOR_DELIVERY', 'DELIVERED'] as const;

/** Where a cancellation takes an order next: a pending one is rejected by its saga, if that still can. */
const byCancelling: readonly OrderStatus[] = ['REJECTED', 'CANCELLING'];

/** What a caller may ask an order to become next. Only callers who `maySet` set statuses; whoever may see an order may cancel it. */
export const nextStatuses = (from: OrderStatus, { maySet }: { readonly maySet: boolean }): OrderStatus[] =>
  transitions[from].filter(
    (to) => byCancelling.includes(to) || (maySet && settableStatuses.some((status) => status === to)),
  );

export const mayBecome = (from: OrderStatus, to: OrderStatus): boolean =>
  (transitions[from] as readonly OrderStatus[]).includes(to);

/** Nothing follows: the order has reached its end. */
export const isFinal = (status: OrderStatus): boolean => transitions[status].length === 0;
