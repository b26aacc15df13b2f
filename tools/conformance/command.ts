import type { ListRequest } from '#libs/contracts/listing.js';
import { schemaPath } from '#libs/contracts/json-schema.js';
import type { MessageType } from '#libs/contracts/message-type.js';
import { randomHex } from '#libs/kernel/chance.js';
import { newId } from '#libs/kernel/ids.js';

/** A command of order-service, or a question: all that stays the same however often it is sent. */
export interface Command<Data = unknown> {
  readonly message: MessageType<string, Data>;
  readonly data: Data;
  /** The reservation or payment; of a question, its run. */
  readonly about: string;
  /** The subject. */
  readonly orderId: string;
  /** A question is no saga's, and has neither. */
  readonly sagaId?: string;
  readonly commandId?: string;
  readonly traceId: string;
  /** For how long after each sending it may be begun. Default: for ever. */
  readonly expirySeconds?: number;
}

/** One message that was sent: a command, or something that is not one. */
export interface Sent {
  readonly id: string;
  readonly type: string;
  readonly body: Buffer;
}

/** A new command of a new order, or of the order of an `earlier` one. */
export function command<Data>(
  message: MessageType<string, Data>,
  about: string,
  data: Data,
  earlier?: Command,
): Command<Data> {
  const orderId = earlier?.orderId ?? newId();
  return {
    message,
    data,
    about,
    orderId,
    sagaId: earlier?.sagaId ?? orderId,
    commandId: newId(),
    traceId: earlier?.traceId ?? randomHex(16),
  };
}

/** A question about all that a participant keeps. It belongs to no order and no saga. */
export const question = (
  message: MessageType<string, ListRequest>,
  data: ListRequest,
): Command<ListRequest> => ({
  message,
  data,
  about: data.runId,
  orderId: data.runId,
  traceId: randomHex(16),
});

/**
 * The command as it goes over the wire, under a new message id.
 * @param changes attributes that differ from those of a correct sender.
 */
export function toMessage(asked: Command, changes: Readonly<Record<string, unknown>> = {}): Sent {
  const { type } = asked.message;
  const id = newId();
  const now = Date.now();
  const { expirySeconds } = asked;
  const envelope = {
    specversion: '1.0',
    id,
    type,
    source: '/order-service',
    subject: asked.orderId,
    time: new Date(now).toISOString(),
    datacontenttype: 'application/json',
    dataschema: schemaPath(type),
    traceparent: `00-${asked.traceId}-${randomHex(8)}-01`,
    sagaid: asked.sagaId,
    commandid: asked.commandId,
    expirytime: expirySeconds === undefined ? undefined : new Date(now + expirySeconds * 1000).toISOString(),
    data: asked.data,
    ...changes,
  };
  return { id, type: envelope.type, body: Buffer.from(JSON.stringify(envelope)) };
}
