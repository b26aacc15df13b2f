import type { Money } from '#libs/kernel/money.js';
import { totalsOf, type Attributes, type OrderLine } from './order-line.js';
import { mayBecome, type OrderStatus } from './order-status.js';
import { IllegalTransition } from './order.errors.js';

/** THE ORDER'S RULES. Pure: every function takes an order and gives a new one, or throws and changes nothing. */

export interface Order {
  readonly id: string;
  /** For people: `2026-000042`. */
  readonly number: string;
  readonly clientOrderId: string | null;
  readonly customerId: string;
  readonly status: OrderStatus;
  /** Why it was rejected or cancelled; null while there is nothing to explain. */
  readonly reason: Reason | null;
  readonly lines: readonly OrderLine[];
  readonly subtotal: Money;
  readonly discount: Money;
  readonly total: Money;
  readonly shippingAddress: Address;
  readonly payment: Payment;
  readonly shipments: readonly Shipment[];
  readonly note: string | null;
  readonly attributes: Attributes;
  /** What people asked of it since it was placed, oldest first; each thing once. */
  readonly requests: readonly OrderRequest[];
  /** 1 when placed; each change adds one. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface Reason {
  readonly code: string;
  readonly detail: string;
}

/** Somebody wants the order to become `askedFor`; CANCELLED is what a cancellation is after. */
export interface OrderRequest {
  readonly askedFor: OrderStatus;
  readonly by: 'customer' | 'operator';
  /** Who that was, as their token said. */
  readonly subject: string;
  /** Why, in their own words. */
  readonly note: string | null;
  readonly at: Date;
}

export interface Address {
  readonly name: string | null;
  readonly street: string;
  readonly city: string;
  readonly state: string | null;
  readonly zipCode: string;
  readonly country: string | null;
}

export interface Shipment {
  readonly trackingNumber: string;
  readonly carrier: string | null;
  readonly at: Date;
}

export type PaymentMethod = 'card' | 'cash_on_delivery';

export interface Payment {
  readonly method: PaymentMethod;
  readonly status: 'PENDING' | 'PAID' | 'DECLINED' | 'REFUNDED' | 'DUE_ON_DELIVERY' | 'CANCELLED';
  readonly paymentId: string | null;
}

/** How a payment can stand when the saga is over. */
export type PaymentOutcome = Exclude<Payment['status'], 'PENDING'>;

export type NewOrder = Pick<
  Order,
  'id' | 'number' | 'clientOrderId' | 'customerId' | 'lines' | 'shippingAddress' | 'note' | 'attributes'
> & { readonly currency: string; readonly method: PaymentMethod; readonly at: Date };

export function placeOrder({ currency, method, at, ...given }: NewOrder): Order {
  return {
    ...given,
    ...totalsOf(given.lines, currency),
    status: 'PENDING',
    reason: null,
    payment: { method, status: 'PENDING', paymentId: null },
    shipments: [],
    requests: [],
    version: 1,
    createdAt: at,
    updatedAt: at,
  };
}

/** Stock and payment are settled. */
export const confirmOrder = (order: Order, payment: SettledPayment, at: Date): Order =>
  change(order, 'CONFIRMED', at, { payment: { ...order.payment, ...payment } });

/** The order will not be fulfilled; all that was taken has been given back. */
export const rejectOrder = (order: Order, reason: Reason, payment: SettledPayment, at: Date): Order =>
  change(order, 'REJECTED', at, { reason, payment: { ...order.payment, ...payment } });

export interface SettledPayment {
  readonly status: PaymentOutcome;
  readonly paymentId: string | null;
}

/** The order, one version and one status on. @throws IllegalTransition when the table of transitions does not have it. */
export function change(order: Order, to: OrderStatus, at: Date, changes: Partial<Order>): Order {
  if (!mayBecome(order.status, to)) throw new IllegalTransition(order.id, order.status, to);
  return { ...order, ...changes, status: to, version: order.version + 1, updatedAt: at };
}
