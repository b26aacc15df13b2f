import { z } from 'zod';
import { defineMessage, eventOn, type DataOf } from '../message-type.js';
import { quantity, sku, timestamp, uuid, wireMoney } from '../shapes.js';
import { exchanges } from '../topology.js';

/**
 * What order-service tells anyone who listens. Each event carries the whole public state of its order and its version,
 * so that a consumer that missed one is right again with the next.
 */

export const orderStatuses = [
  'PENDING',
  'CONFIRMED',
  'REJECTED',
  'PREPARING',
  'SHIPPED',
  'OUT_FOR_DELIVERY',
  'DELIVERED',
  'CANCELLING',
  'CANCELLED',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
  'RETURNED',
] as const;
export type OrderStatus = (typeof orderStatuses)[number];

export const paymentMethods = ['card', 'cash_on_delivery'] as const;

/** Free text about a thing: a wood type, a gift note. */
export const attributes = z.record(z.string().min(1).max(64), z.string().max(500));

export const address = z.object({
  name: z.string().max(200).nullable(),
  street: z.string().min(1).max(200),
  city: z.string().min(1).max(100),
  state: z.string().max(100).nullable(),
  zipCode: z.string().min(1).max(20),
  country: z.string().max(60).nullable(),
});

export const orderLine = z.object({
  productId: sku,
  name: z.string(),
  sellerId: z.string(),
  quantity,
  unitPrice: wireMoney,
  discountPercent: z.number().min(0).max(100),
  lineTotal: wireMoney.describe('After the discount.'),
  attributes,
});

export const requesters = ['customer', 'operator'] as const;

export const orderRequest = z.object({
  askedFor: z.enum(orderStatuses).describe('The status that was asked for; CANCELLED is a cancellation.'),
  by: z.enum(requesters),
  note: z.string().max(500).nullable().describe('Why, in their own words.'),
  at: timestamp,
});

export const order = z
  .object({
    id: uuid,
    number: z.string().describe('For people: the year and a number, 2026-000042.'),
    clientOrderId: z.string().nullable().describe("The caller's own reference."),
    customerId: z.string(),
    status: z.enum(orderStatuses),
    reason: z
      .object({ code: z.string(), detail: z.string() })
      .nullable()
      .describe('Why the order was rejected or cancelled.'),
    items: z.array(orderLine),
    subtotal: wireMoney,
    discount: wireMoney,
    total: wireMoney,
    shippingAddress: address,
    payment: z.object({
      method: z.enum(paymentMethods),
      status: z.enum(['PENDING', 'PAID', 'DECLINED', 'REFUNDED', 'DUE_ON_DELIVERY', 'CANCELLED']),
      paymentId: uuid.nullable(),
    }),
    shipments: z.array(
      z.object({ trackingNumber: z.string(), carrier: z.string().nullable(), at: timestamp }),
    ),
    note: z.string().nullable(),
    attributes,
    requests: z
      .array(orderRequest)
      .max(100)
      .optional()
      .describe('What people asked of the order, oldest first. Absent in what earlier releases wrote.'),
    version: z.int().min(1),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Order' });
export type OrderDocument = z.infer<typeof order>;

const orderEvent = <const Name extends string>(name: Name, summary: string, isChange = true) =>
  defineMessage({
    ...eventOn(exchanges.orderEvents),
    type: `order.${name}.v1`,
    routingKey: `order.${name}`,
    ...(isChange ? { alsoRoutedAs: ['order.updated'] } : {}),
    summary,
    schema: z.object({
      order,
      previousStatus: z
        .enum(orderStatuses)
        .optional()
        .describe('The same as now where something else changed. Absent in what earlier releases wrote.'),
    }),
  });

export const OrderPlaced = orderEvent('placed', 'An order was accepted.', false);
export const OrderConfirmed = orderEvent('confirmed', 'Stock and payment are settled.');
export const OrderRejected = orderEvent(
  'rejected',
  'The order could not be fulfilled; everything taken was given back.',
);
export const OrderCancelled = orderEvent(
  'cancelled',
  'A confirmed order was called off; money and stock are back where they came from.',
);
export const OrderShipped = orderEvent('shipped', 'The goods are on their way; `shipments` says how.');
export const OrderDelivered = orderEvent('delivered', 'The customer has the goods.');
export const OrderUpdated = orderEvent(
  'updated',
  'The order changed in a way that has no event of its own: it is being prepared, cancelled, or a request was noted.',
  false,
);

/** All of them: a reader of orders takes each in the same way. */
export const orderEvents = [
  OrderPlaced,
  OrderConfirmed,
  OrderRejected,
  OrderCancelled,
  OrderShipped,
  OrderDelivered,
  OrderUpdated,
] as const;

export type OrderEventData = DataOf<typeof OrderPlaced>;
