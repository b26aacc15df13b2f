import { z } from 'zod';
import { paymentMethods } from '#libs/contracts/order/order.messages.js';
import { isCurrency } from '#libs/kernel/currencies.js';
import { line, prose, reference } from '../../http/text.js';
import type { RequestedOrder } from './place-order.command.js';

const attributes = z
  .record(line(64), prose(500))
  .refine((record) => Object.keys(record).length <= 20, 'at most 20 attributes')
  .describe('Free text about the thing: a wood type, a gift note.');

const price = z.union([
  z.number().nonnegative(),
  z.string().regex(/^\d{1,13}(\.\d{1,4})?$/, 'must be a decimal number such as 29.99'),
]);

const item = z.strictObject({
  productId: reference(64),
  quantity: z.int().min(1).max(10_000),
  price: price
    .optional()
    .describe('What the customer saw, a piece, before any discount. Has to be the current price.'),
  attributes: attributes.optional(),
});

const shippingAddress = z.strictObject({
  name: line(200).optional(),
  street: line(200),
  city: line(100),
  state: line(100).optional(),
  zipCode: line(20),
  country: line(60).optional(),
});

const payment = z.strictObject({
  method: z.enum(paymentMethods).default('card'),
  token: line(255).optional().describe('From the payment provider. Absent: what it keeps for the customer.'),
});

export const placeOrderBody = z
  .strictObject({
    orderId: reference(64)
      .optional()
      .describe("The caller's own reference; a second order with it is refused."),
    customerId: reference(64)
      .optional()
      .describe('Default: the subject of the token. Staff may name another.'),
    currency: z.string().refine(isCurrency, 'must be an ISO 4217 code').optional(),
    items: z.array(item).min(1).max(100),
    shippingAddress,
    payment: payment.default({ method: 'card' }),
    note: prose(1_000).optional(),
    attributes: attributes.optional(),
  })
  .meta({ id: 'PlaceOrder' });

export type PlaceOrderBody = z.infer<typeof placeOrderBody>;

export const requestedOrder = (body: PlaceOrderBody): RequestedOrder => ({
  clientOrderId: body.orderId ?? null,
  currency: body.currency ?? null,
  lines: body.items.map((item) => ({ ...item, attributes: item.attributes ?? {} })),
  shippingAddress: { name: null, state: null, country: null, ...body.shippingAddress },
  payment: { method: body.payment.method, token: body.payment.token ?? null },
  note: body.note ?? null,
  attributes: body.attributes ?? {},
});
