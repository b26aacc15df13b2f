import { messageTypes } from '#libs/contracts/catalogue-of-messages.js';
import { envelopeSchema } from '#libs/contracts/envelope.schema.js';
import type { Command } from './command.js';

/** A message of the replies exchange as it arrived: nothing of it has been validated. */
export interface Reply {
  readonly body: Buffer;
  /** That it was published with. */
  readonly routingKey: string;
  /** AMQP properties. */
  readonly properties: {
    readonly messageId?: unknown;
    readonly contentType?: unknown;
    readonly deliveryMode?: unknown;
  };
  /** The body, where it is a JSON object. */
  readonly envelope: Readonly<Record<string, unknown>>;
}

export function replyOf(body: Buffer, properties: Reply['properties'], routingKey: string): Reply {
  return { body, properties, routingKey, envelope: objectIn(body.toString('utf8')) };
}

export const typeOf = ({ envelope }: Reply): string => String(envelope['type'] ?? 'no type');

export const dataOf = ({ envelope }: Reply): Readonly<Record<string, unknown>> => asObject(envelope['data']);

/** What keeps order-service from reading a reply to this command; empty when nothing does. */
export function whyUnreadable({ envelope }: Reply, asked: Command): readonly string[] {
  const around = envelopeSchema.safeParse(envelope);
  if (!around.success) return around.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const type = messageTypes.get(around.data.type);
  if (!type?.answers?.includes(asked.message)) {
    return [`${around.data.type} is no answer to ${asked.message.type}`];
  }
  const data = type.schema.safeParse(around.data.data);
  return data.success
    ? []
    : data.error.issues.map(({ path, message }) => `data.${path.join('.')}: ${message}`);
}

const asObject = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return {};
  }
}
