import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { moneyToJson } from '#libs/kernel/money.js';
import { lineTotal } from '../domain/order-line.js';
import type { Order } from '../domain/order.js';

/** The order as everybody outside sees it: REST, events and read models show this one shape. */
export function toDocument(order: Order): OrderDocument {
  const { lines, subtotal, discount, total, shipments, requests, createdAt, updatedAt, ...same } = order;
  return {
    ...same,
    items: lines.map((line) => ({
      ...line,
      unitPrice: moneyToJson(line.unitPrice),
      lineTotal: moneyToJson(lineTotal(line)),
    })),
    subtotal: moneyToJson(subtotal),
    discount: moneyToJson(discount),
    total: moneyToJson(total),
    shipments: shipments.map((shipment) => ({ ...shipment, at: shipment.at.toISOString() })),
    // Customers learn that staff did something, not who it was.
    requests: requests.map(({ subject: _, at, ...request }) => ({ ...request, at: at.toISOString() })),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
