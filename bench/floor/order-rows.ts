import { textOf } from './ids.js';

/** What is written of an order, as wide as the services write it. */
export interface NewOrder {
  readonly id: Buffer;
  readonly number: string;
  readonly customerId: string;
  readonly body: { readonly items: readonly { readonly productId: string; readonly quantity: number }[] };
  readonly reservationId: Buffer;
  readonly paymentId: Buffer;
  readonly at: Date;
}

const money = (amountMinor: number) => ({ amount: (amountMinor / 100).toFixed(2), currency: 'USD' });
const unitPriceMinor = 999;

export const totalOf = ({ body }: Pick<NewOrder, 'body'>): number =>
  body.items.reduce((sum, { quantity }) => sum + quantity * unitPriceMinor, 0);

export const linesOf = ({ body }: Pick<NewOrder, 'body'>) =>
  body.items.map(({ productId, quantity }) => ({ sku: productId, quantity }));

const address = {
  name: null,
  street: '123 Main St',
  city: 'Boston',
  state: null,
  zipCode: '02108',
  country: 'US',
};

/** The order as everybody outside sees it. */
export const documentOf = (order: NewOrder, status: 'PENDING' | 'CONFIRMED'): object => ({
  id: textOf(order.id),
  number: order.number,
  clientOrderId: null,
  customerId: order.customerId,
  status,
  reason: null,
  items: order.body.items.map(({ productId, quantity }) => ({
    productId,
    name: productId,
    sellerId: 'bench',
    quantity,
    unitPrice: money(unitPriceMinor),
    discountPercent: 0,
    lineTotal: money(quantity * unitPriceMinor),
    attributes: {},
  })),
  subtotal: money(totalOf(order)),
  discount: money(0),
  total: money(totalOf(order)),
  shippingAddress: address,
  payment: {
    method: 'card',
    status: status === 'PENDING' ? 'PENDING' : 'PAID',
    paymentId: status === 'PENDING' ? null : textOf(order.paymentId),
  },
  shipments: [],
  note: null,
  attributes: {},
  version: status === 'PENDING' ? 1 : 2,
  createdAt: order.at.toISOString(),
  updatedAt: order.at.toISOString(),
});

/** The order's own part of its row. */
export const detailsOf = (order: NewOrder, paid: boolean): object => ({
  lines: order.body.items.map(({ productId, quantity }) => ({
    productId,
    name: productId,
    sellerId: 'bench',
    quantity,
    unitPriceMinor,
    discountPercent: 0,
    attributes: {},
  })),
  subtotalMinor: totalOf(order),
  discountMinor: 0,
  shippingAddress: address,
  payment: {
    method: 'card',
    status: paid ? 'PAID' : 'PENDING',
    paymentId: paid ? textOf(order.paymentId) : null,
  },
  reason: null,
  shipments: [],
  note: null,
  attributes: {},
});

export const sagaDataOf = (order: NewOrder, paid: boolean): object => ({
  orderId: textOf(order.id),
  customerId: order.customerId,
  reservationId: textOf(order.reservationId),
  paymentId: textOf(order.paymentId),
  lines: linesOf(order),
  total: money(totalOf(order)),
  payment: { method: 'card', token: paid ? null : 'tok_ok' },
  paymentStatus: paid ? 'PAID' : 'PENDING',
});

/** One command of the saga, as its row keeps it. */
export const callOf = (step: string, commandId: string, done: boolean): object => ({
  step,
  operation: 'action',
  commandId,
  askedAt: new Date().toISOString(),
  attempt: 1,
  acknowledged: false,
  state: done ? 'done' : 'waiting',
  answer: done ? 'answered' : null,
});

export const entryOf = (kind: string, step: string | null, messageId: string | null): object => ({
  at: new Date().toISOString(),
  kind,
  step,
  attempt: 1,
  messageId,
  text: `${kind}: what happened is told in a sentence as long as this.`,
});
