import { random } from '#libs/kernel/chance.js';
import { newId } from '#libs/kernel/ids.js';
import { formatAmount } from '#libs/kernel/money.js';
import type { PlaceOrderData } from '../../apps/order-service/src/sagas/place-order.saga.js';

export interface OrderOptions {
  readonly skus: readonly string[];
  readonly tokens: readonly string[];
  readonly currency: string;
}

const oneOf = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!;

/** An order as order-service would accept it: one to three pieces of a product or two. */
export function madeUpOrder({ skus, tokens, currency }: OrderOptions): PlaceOrderData {
  const chosen = new Set([oneOf(skus), oneOf(skus)]);
  const lines = [...chosen].sort().map((sku) => ({ sku, quantity: 1 + Math.floor(random() * 3) }));
  const amountMinor = 100 + Math.floor(random() * 100_000);
  return {
    orderId: newId(),
    customerId: `customer-${Math.floor(random() * 100)}`,
    reservationId: newId(),
    paymentId: newId(),
    lines,
    total: { amount: formatAmount({ amountMinor, currency }), currency },
    payment: { method: 'card', token: oneOf(tokens) },
    paymentStatus: 'PENDING',
  };
}
