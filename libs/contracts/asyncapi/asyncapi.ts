import { envelopeSchema } from '../envelope.schema.js';
import { jsonSchemaOf, schemaPath, type JsonSchema } from '../json-schema.js';
import type { MessageType } from '../message-type.js';
import { answerPlaces, effectsHangOn } from './answers.js';
import { publishChannels, queueChannels, unreadable } from './channels.js';
import { operationsOf } from './operations.js';
import { hoistDefinitions, reference } from './references.js';

/** An example of a message: a whole envelope, as it is on the wire. */
export type Examples = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

const introductionTo = (messages: readonly MessageType[]) =>
  `
Everything that passes between order-service, inventory-service and payment-service. Any of them can be replaced by a
program in another language: this document is all it has to know.

**Reading.** A message is one CloudEvents 1.0 event in structured JSON mode. Attributes and fields that you do not know
are to be ignored: within a version, messages gain optional fields and change in no other way.

**Answering a command.** ${effectsHangOn} Answers go ${answerPlaces(messages)}. Their
envelope repeats \`subject\`, and \`sagaid\` and \`commandid\` where the command has them, and has the command's \`id\` as
\`causationid\`. Ack the command when its effect and the reply are safe.

**Compensations.** A compensation names what it undoes by the id that the command carried, and may arrive first. Agree
to it, remember the id for ever, and answer the late command with \`reservation-cancelled\` or \`payment-cancelled\`.

**Events.** Each carries the whole public state of its subject and the subject's version in \`sequence\`. Keep
the highest version; ignore lower ones. A change of an order is one message, routed under its own name and, by the
AMQP header \`CC\`, under \`order.updated\`: a queue bound to both gets it once.

**Failing.** What cannot be read is parked at once in \`<queue>.parked\`, as it came. What fails for now waits in
\`<service>.retry.10s\`, \`.retry.1m\` and \`.retry.10m\`, and is parked after that. \`<service>.moves\` leads into a service's own
queues and their parking lots; nobody has to use it who rejects what it cannot handle.

**Senders.** Our services publish with the AMQP property \`user_id\`, which the broker compares with the user of the connection.
They take commands from the user of order-service only. Replies and events of others may be without it; one that names a user
has to name that of the service that its type begins with. Anything else is parked at once.
`.trim();

/** The AsyncAPI 3.0 document of the whole system. */
export function asyncApiDocument(
  messages: readonly MessageType[],
  examples: Examples,
  version: string,
): Record<string, unknown> {
  const { schema: envelope } = hoistDefinitions(jsonSchemaOf(envelopeSchema));
  const payloads = messages.map((message) => ({
    message,
    ...hoistDefinitions(jsonSchemaOf(message.schema)),
  }));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Order service messages',
      version,
      description: introductionTo(messages),
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/cloudevents+json',
    servers: {
      broker: {
        host: 'localhost:5672',
        protocol: 'amqp',
        protocolVersion: '0.9.1',
        description: 'RabbitMQ 3.10 or newer, with quorum queues.',
      },
    },
    channels: { ...publishChannels(messages), ...queueChannels(messages) },
    operations: operationsOf(messages),
    components: {
      messages: {
        ...Object.fromEntries(
          payloads.map(({ message }) => [message.type, describeMessage(message, examples.get(message.type))]),
        ),
        [unreadable]: {
          name: unreadable,
          title: 'What nobody could read',
          summary: 'In a parked queue, as it came: any bytes under any content type.',
          headers: headersOf(),
          payload: {},
        },
      },
      schemas: {
        Envelope: envelope,
        ...Object.fromEntries(payloads.flatMap(({ definitions }) => Object.entries(definitions))),
        ...Object.fromEntries(payloads.map(({ message, schema }) => [message.type, schema])),
      },
      correlationIds: {
        command: {
          description: 'A reply repeats the command id of what it answers.',
          location: '$message.payload#/commandid',
        },
        listing: {
          description: 'A page names the listing that it belongs to, and has its number.',
          location: '$message.payload#/data/runId',
        },
      },
    },
  };
}

const describeMessage = (message: MessageType, example: Readonly<Record<string, unknown>> | undefined) => ({
  name: message.type,
  title: message.type,
  summary: message.summary,
  contentType: 'application/cloudevents+json',
  tags: [{ name: message.kind }],
  headers: headersOf(message),
  ...(message.kind === 'event'
    ? {}
    : { correlationId: reference('components', 'correlationIds', correlationOf(message)) }),
  payload: {
    allOf: [
      reference('components', 'schemas', 'Envelope'),
      {
        type: 'object',
        required: ['data', ...message.attributes],
        properties: {
          type: { const: message.type },
          dataschema: { const: schemaPath(message.type) },
          data: reference('components', 'schemas', message.type),
        },
      },
    ],
  },
  bindings: { amqp: { messageType: message.type, bindingVersion: '0.3.0' } },
  ...(example ? { examples: [{ name: 'golden', payload: example }] } : {}),
});

const correlationOf = ({ attributes }: MessageType): 'command' | 'listing' =>
  attributes.includes('commandid') ? 'command' : 'listing';

/** Application headers of the AMQP message. Its `message_id` property is the envelope's id, its `type` the type. */
const headersOf = (message?: MessageType): JsonSchema => ({
  type: 'object',
  properties: {
    ...(message?.alsoRoutedAs
      ? {
          CC: {
            type: 'array',
            items: { type: 'string', enum: message.alsoRoutedAs },
            description: 'Further routing keys that the broker delivers the message under.',
          },
        }
      : {}),
    ...Object.fromEntries(
      Object.entries(headersAfterFailure).map(([name, [type, description]]) => [name, { type, description }]),
    ),
  },
});

/** Set by consumers on a message that failed. Senders leave them out; what is out of range is clamped. */
const headersAfterFailure = {
  'x-attempt': ['integer', 'How many retry delays the message has been through.'],
  'x-redriven': [
    'string',
    'On a message that an operator sent back: the id of the parked message that it was.',
  ],
  'x-first-sender': [
    'string',
    'On a message that was moved: the user that published it first, as the broker proved it; empty where it did not. ' +
      'To be believed when `user_id` is a user that moves messages of the queue, its consumer or order-service.',
  ],
  'x-parked-reason': ['string', 'In a parked queue: why the message is there.'],
  'x-parked-detail': ['string', 'In a parked queue: what was wrong, without values of the message.'],
  'x-parked-from': ['string', 'In a parked queue: the queue that the message was taken from.'],
  'x-parked-at': ['string', 'In a parked queue: since when. RFC 3339, UTC.'],
} as const;
