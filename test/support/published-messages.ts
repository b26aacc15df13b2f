import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import { Parser, type AsyncAPIDocumentInterface, type ChannelInterface } from '@asyncapi/parser';

/** A message as somebody published it. */
export interface Published {
  readonly exchange: string;
  /** The first is the one that it was published with; further ones are those of `CC`. */
  readonly routingKeys: readonly string[];
  readonly properties: {
    readonly contentType?: string | undefined;
    readonly messageId?: string | undefined;
    readonly type?: string | undefined;
    readonly deliveryMode?: number | undefined;
    readonly headers?: Readonly<Record<string, unknown>> | undefined;
    /** Everything else but `user_id`, which the broker has checked: the document promises none of it. */
    readonly others?: readonly string[];
  };
  readonly body: string;
}

interface AmqpChannel {
  readonly is: 'queue' | 'routingKey';
  readonly exchange?: { readonly name: string };
  readonly queue?: { readonly name: string };
}

interface AmqpOperation {
  readonly deliveryMode: number;
  readonly cc?: readonly string[];
}

const file = new URL('../../docs/asyncapi.yaml', import.meta.url);

/**
 * docs/asyncapi.yaml as somebody reads it who has nothing else of ours: with the parser of AsyncAPI and a validator of
 * JSON Schema. What it is compared with is what has been sent.
 */
export class PublishedMessages {
  private readonly validators = new Map<string, ValidateFunction>();
  private readonly ajv = new Ajv({ strict: false, allErrors: true });

  private constructor(
    readonly document: AsyncAPIDocumentInterface,
    source: unknown,
  ) {
    formats.default(this.ajv);
    // The whole document, so that references within it resolve; most of its words are not JSON Schema's.
    this.ajv.addSchema(source as object, 'asyncapi.yaml');
  }

  /** Takes seconds: the parser brings all schemas of AsyncAPI. @throws Error when the document is not valid. */
  static async read(text = readFileSync(file, 'utf8')): Promise<PublishedMessages> {
    const { document, diagnostics } = await new Parser().parse(text);
    const wrong = diagnostics.filter(({ severity }) => severity === 0);
    if (!document || wrong.length > 0)
      throw new Error(wrong.map(({ path, message }) => `${path.join('/')}: ${message}`).join('\n'));
    return new PublishedMessages(document, parse(text));
  }

  get types(): readonly string[] {
    const messages = this.document.components().messages().all();
    return messages.flatMap((message) => (message.examples().all().length > 0 ? [message.id()] : []));
  }

  /** What about the message is not as the document says. Empty when all is well. */
  problemsOf(published: Published): readonly string[] {
    const { exchange, routingKeys, properties, body } = published;
    const channels = this.document
      .channels()
      .all()
      .filter((channel) => takes(channel, exchange, routingKeys[0]!));
    if (channels.length === 0) return [`no channel for '${exchange}' and '${routingKeys[0]}'`];
    const payload = jsonOf(body);
    const name = payload?.['type'] as string | undefined;
    const message = channels
      .flatMap((channel) => channel.messages().all())
      .find((candidate) => candidate.id() === name);
    if (!payload || !message) {
      const takesAnything = channels.some((channel) => channel.messages().has('unreadable'));
      return takesAnything
        ? this.headerProblems('unreadable', properties.headers)
        : [`${name} is no message of ${channels.map((channel) => channel.id()).join(' or ')}`];
    }
    const id = message.id();
    return [
      ...this.schemaProblems(id, 'payload', payload),
      ...undeclared(payload, (this.document.json().components?.schemas as Schemas)['Envelope']!.properties),
      ...this.headerProblems(id, properties.headers),
      ...differs('content type', properties.contentType, message.contentType()),
      ...differs('message id', properties.messageId, payload['id']),
      ...differs(
        'type',
        properties.type,
        (message.bindings().get('amqp')?.json() as { messageType?: string }).messageType,
      ),
      ...(properties.others ?? []).map((other) => `property ${other} is not promised`),
      ...channels.flatMap((channel) => this.operationProblems(channel, id, published)),
    ];
  }

  /** Whether each answer came where, and as what, the command's operation says. */
  answerProblems(all: readonly Published[]): readonly string[] {
    const byId = new Map(all.map((published) => [published.properties.messageId, published]));
    return all.flatMap((answer) => {
      const payload = jsonOf(answer.body);
      const command = byId.get(payload?.['causationid'] as string);
      if (!command || answer.exchange === '') return [];
      const promised = this.document
        .operations()
        .all()
        .filter((operation) => operation.action() === 'send')
        .find((operation) => operation.messages().all()[0]?.id() === jsonOf(command.body)?.['type'])
        ?.reply();
      const channel = promised?.channel();
      const isPromised =
        channel !== undefined &&
        takes(channel, answer.exchange, answer.routingKeys[0]!) &&
        promised!.messages().has(payload!['type'] as string);
      // Events and further commands have causes, too.
      return isPromised || !isReply(answer)
        ? []
        : [`${String(payload!['type'])} is not promised to who sends ${command.properties.type}`];
    });
  }

  private operationProblems(channel: ChannelInterface, id: string, { properties }: Published): string[] {
    return channel
      .operations()
      .all()
      .filter((operation) => operation.action() === 'send' && operation.messages().has(id))
      .flatMap((operation) => {
        const { deliveryMode, cc } = operation.bindings().get('amqp')?.json() as AmqpOperation;
        return [
          ...differs('delivery mode', properties.deliveryMode, deliveryMode),
          ...differs('CC', JSON.stringify(properties.headers?.['CC']), JSON.stringify(cc)),
        ];
      });
  }

  private headerProblems(id: string, headers: Published['properties']['headers'] = {}): string[] {
    const declared = this.document.components().messages().get(id)?.headers()?.json() as SchemaObject;
    return [...this.schemaProblems(id, 'headers', headers), ...undeclared(headers, declared.properties)];
  }

  private schemaProblems(id: string, part: 'payload' | 'headers', value: unknown): string[] {
    const $ref = `asyncapi.yaml#/components/messages/${id}/${part}`;
    const validate = this.validators.get($ref) ?? this.ajv.compile({ $ref });
    this.validators.set($ref, validate);
    return validate(value)
      ? []
      : validate.errors!.map(({ instancePath, message }) => `${part}${instancePath} ${message}`);
  }
}

interface SchemaObject {
  readonly properties: Readonly<Record<string, unknown>>;
}
type Schemas = Readonly<Record<string, SchemaObject>>;

function takes(channel: ChannelInterface, exchange: string, routingKey: string): boolean {
  const binding = channel.bindings().get('amqp')?.json() as AmqpChannel;
  // The default exchange leads to the queue of that name.
  if (binding.is === 'queue') return exchange === '' && binding.queue?.name === routingKey;
  if (binding.exchange?.name !== exchange) return false;
  const [parameter] = channel.parameters().all();
  return parameter
    ? (parameter.json() as { enum: string[] }).enum.includes(routingKey)
    : channel.address() === routingKey;
}

const isReply = ({ exchange }: Published): boolean => exchange === 'saga.replies';

const undeclared = (
  value: Readonly<Record<string, unknown>>,
  declared: Readonly<Record<string, unknown>>,
): string[] =>
  Object.keys(value)
    .filter((name) => !(name in declared))
    .map((name) => `${name} is not in the document`);

const differs = (what: string, is: unknown, said: unknown): string[] =>
  is === said ? [] : [`${what} is ${String(is)}, and the document says ${String(said)}`];

function jsonOf(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(body);
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
