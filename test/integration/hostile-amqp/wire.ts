import type { Options } from 'amqplib';
import type { MessageType } from '#libs/contracts/message-type.js';
import { newId } from '#libs/kernel/ids.js';
import type { Envelope } from '#libs/messaging/envelope/envelope.js';

/** What a sender hands to the broker. */
export interface Wire {
  readonly body: Buffer | string;
  readonly properties: Options.Publish;
}

/** A message as a correct sender would make it, but for `changes`. */
export const envelopeOf = (
  message: MessageType,
  data: unknown,
  changes: Partial<Envelope> = {},
): Envelope => ({
  specversion: '1.0',
  id: newId(),
  type: message.type,
  source: '/test',
  subject: newId(),
  time: new Date().toISOString(),
  datacontenttype: 'application/json',
  dataschema: `/schemas/${message.type}.json`,
  sagaid: newId(),
  commandid: newId(),
  data,
  ...changes,
});

/** The envelope as it goes over the wire, with further AMQP properties. */
export const onWire = (envelope: Envelope, properties: Options.Publish = {}): Wire => ({
  body: JSON.stringify(envelope),
  properties: {
    messageId: envelope.id,
    type: envelope.type,
    contentType: 'application/cloudevents+json',
    persistent: true,
    ...properties,
  },
});
