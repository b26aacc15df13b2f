import * as inventory from './inventory/inventory.messages.js';
import type { MessageType } from './message-type.js';
import * as order from './order/order.messages.js';
import * as payment from './payment/payment.messages.js';

const isMessageType = (value: unknown): value is MessageType =>
  typeof value === 'object' && value !== null && 'schema' in value && 'routingKey' in value;

/** Every message there is, by type. Documents, golden files and schema checks are made from this one list. */
export const messageTypes: ReadonlyMap<string, MessageType> = new Map(
  [inventory, payment, order]
    .flatMap((module) => Object.values(module as Record<string, unknown>).filter(isMessageType))
    .map((message) => [message.type, message]),
);
