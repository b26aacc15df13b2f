import type { FastifyReply } from 'fastify';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { formatEtag } from '#libs/http';
import { formatToken } from './consistency-token.js';

/** The headers of an answer that hands out an order which the request has changed, or has found changed already. */
export function describeChanged(reply: FastifyReply, order: OrderDocument): OrderDocument {
  void reply
    .header('etag', formatEtag(order.version))
    .header('consistency-token', formatToken({ orderId: order.id, version: order.version }));
  return order;
}
