import type { ConsumeMessage } from 'amqplib';
import type { RetryDelay, WorkQueue } from '#libs/contracts/topology.js';
import { isId } from '#libs/kernel/ids.js';
import type { BrokerUsers } from '../broker/broker-users.js';
import { firstSenderOf } from './first-sender.js';
import { attemptHeader, attemptOf } from './retry-policy.js';
import { redrivenHeader, type Carried } from './parking.js';

/** One delivery of a message from a queue, to be settled once. */
export interface Delivery extends Carried {
  /** The number by which the channel acks it. */
  readonly tag: number;
  /** How often the broker has delivered it before without an answer; it does not count what was answered. */
  readonly earlierDeliveries: number;
}

export function deliveryOf(
  queue: WorkQueue,
  message: ConsumeMessage,
  delays: readonly RetryDelay[],
  users: BrokerUsers,
): Delivery {
  const { messageId, type, contentType, headers } = message.properties as {
    messageId?: string;
    type?: string;
    contentType?: string;
    headers?: Record<string, unknown>;
  };
  return {
    queue: queue.name,
    tag: message.fields.deliveryTag,
    id: messageId,
    type,
    contentType,
    body: message.content,
    attempt: attemptOf(headers?.[attemptHeader], delays),
    redriveOf: redriveOf(headers?.[redrivenHeader]),
    firstSender: firstSenderOf(queue, message.properties, users),
    earlierDeliveries: message.fields.redelivered ? earlierDeliveries(headers?.['x-delivery-count']) : 0,
  };
}

/** Set by the broker on what it delivers again. */
const earlierDeliveries = (header: unknown): number => (typeof header === 'number' ? header : 0);

/** A header is whatever its sender wrote. */
export const redriveOf = (header: unknown): string | undefined =>
  typeof header === 'string' && isId(header) ? header.toLowerCase() : undefined;
