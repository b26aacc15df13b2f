import { change, type Order, type OrderRequest, type Shipment } from './order.js';

/** What becomes of a confirmed order in the warehouse and on the road. Pure, like the rules in order.ts. */

export const prepare = (order: Order, request: OrderRequest): Order => moved(order, 'PREPARING', request);

/** The goods have left: from here on it is too late to call the order off. */
export const ship = (order: Order, request: OrderRequest, shipment: Omit<Shipment, 'at'>): Order =>
  moved(order, 'SHIPPED', request, {
    shipments: [...order.shipments, { ...shipment, at: request.at }],
  });

export const outForDelivery = (order: Order, request: OrderRequest): Order =>
  moved(order, 'OUT_FOR_DELIVERY', request);

/** Who pays on delivery has paid now. */
export const deliver = (order: Order, request: OrderRequest): Order =>
  moved(order, 'DELIVERED', request, {
    payment:
      order.payment.status === 'DUE_ON_DELIVERY' ? { ...order.payment, status: 'PAID' } : order.payment,
  });

const moved = (
  order: Order,
  to: Order['status'],
  request: OrderRequest,
  changes: Partial<Order> = {},
): Order => change(order, to, request.at, { ...changes, requests: [...order.requests, request] });
