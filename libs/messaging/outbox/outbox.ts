import { envelopeSchema } from '#libs/contracts/envelope.schema.js';
import { schemaPath } from '#libs/contracts/json-schema.js';
import { movesExchangeOf, type Service } from '#libs/contracts/topology.js';
import { newId } from '#libs/kernel/ids.js';
import { Defect } from '#libs/kernel/errors.js';
import { currentContext } from '#libs/observability/request-context.js';
import type { WorkingSet } from '#libs/persistence/unit-of-work/unit-of-work.js';
import { hasBrokenUnicode } from '../envelope/broken-unicode.js';
import type { Envelope } from '../envelope/envelope.js';
import { outboxTable, type OutboxRow } from './outbox.row.js';
import type { OutgoingMessage } from './outgoing-message.js';
import { maxBodyBytes } from '../envelope/parse-envelope.js';

/**
 * How long a row belongs to the relay of the process that committed it. A live relay renews it; after a crash other
 * relays wait this long before they take over.
 */
export const leaseSeconds = 10;

/** A parked message on its way back. */
export interface RedrivenMessage {
  readonly parkedId: string;
  /** Any queue of the broker. */
  readonly queue: string;
  readonly messageId: string;
  readonly subject: string;
  readonly type: string;
  readonly body: string;
  /** As it was found with it: whoever redrives does not vouch for it. */
  readonly firstSender: string | null;
}

type MessageColumns = Omit<
  OutboxRow,
  'state' | 'owner' | 'fence' | 'leaseUntil' | 'attempts' | 'lastError' | 'createdAt'
>;

/** Where a unit of work leaves its messages: they go out if, and only if, the unit commits. */
export class Outbox {
  /** Names this process's relay in the rows that it may send. */
  readonly owner = newId();

  /** @param source the sender as receivers see it: `/order-service`. */
  constructor(readonly source: string) {}

  /**
   * Sends the message with the unit's commit, at least once.
   * @returns the message's id.
   * @throws Defect when the data break the message's schema, or the envelope its own, or both are too large: nobody could
   * read it, so nobody gets it, and the unit does not commit.
   */
  publish<Data>(work: WorkingSet, outgoing: OutgoingMessage<Data>): string {
    const { message, subject } = outgoing;
    const envelope = this.seal(outgoing, work.now);
    this.insert(work, {
      id: envelope.id,
      subject,
      type: message.type,
      exchange: message.exchange.name,
      routingKey: message.routingKey,
      alsoRoutedAs: message.alsoRoutedAs?.join(',') ?? null,
      // Nobody has to listen to an event; a command or reply that no queue takes would be lost silently.
      mandatory: message.kind !== 'event',
      body: bodyOf(envelope),
      messageId: null,
      redriveOf: null,
      firstSender: null,
    });
    return envelope.id;
  }

  /** Brings a parked message back to the queue that it was parked from: its own id, these bytes, and a mark. */
  redrive(work: WorkingSet, redriven: RedrivenMessage): void {
    const { parkedId, queue, messageId, subject, type, body, firstSender } = redriven;
    this.insert(work, {
      // Not the message's: the row that sent it the last time may not have been deleted yet.
      id: newId(),
      subject,
      type,
      exchange: movesExchangeOf(this.source.slice(1) as Service).name,
      routingKey: queue,
      alsoRoutedAs: null,
      mandatory: true,
      body,
      messageId,
      redriveOf: parkedId,
      firstSender,
    });
  }

  private insert(work: WorkingSet, message: MessageColumns): void {
    work.insert(outboxTable, {
      ...message,
      state: 'unsent',
      owner: this.owner,
      fence: 1,
      leaseUntil: new Date(work.now.getTime() + leaseSeconds * 1000),
      attempts: 0,
      lastError: null,
      createdAt: work.now,
    });
  }

  private seal<Data>(outgoing: OutgoingMessage<Data>, now: Date): Envelope<Data> {
    const { message } = outgoing;
    const checked = message.schema.safeParse(outgoing.data);
    if (!checked.success) {
      throw new Defect(`${message.type} to be sent breaks its schema: ${checked.error.message}`);
    }
    const context = currentContext();
    const envelope: Envelope<Data> = {
      specversion: '1.0',
      id: newId(),
      type: message.type,
      source: this.source,
      subject: outgoing.subject,
      time: now.toISOString(),
      datacontenttype: 'application/json',
      dataschema: schemaPath(message.type),
      // JSON leaves out what is undefined.
      traceparent: context?.traceparent,
      tracestate: context?.tracestate,
      sagaid: outgoing.sagaId,
      commandid: outgoing.commandId,
      causationid: outgoing.causationId,
      sequence: outgoing.sequence,
      expirytime: outgoing.expiresAt?.toISOString(),
      data: checked.data,
    };
    // By the schema that readers use. What is wrong here would be parked by every one of them.
    const sealed = attributes.safeParse(envelope);
    if (!sealed.success) throw new Defect(`${message.type} to be sent has ${sealed.error.message}`);
    const missing = message.attributes.filter((name) => envelope[name] === undefined);
    if (missing.length > 0) throw new Defect(`${message.type} to be sent has no ${missing.join(', ')}`);
    return envelope;
  }
}

const attributes = envelopeSchema.omit({ data: true });

function bodyOf(envelope: Envelope): string {
  const body = JSON.stringify(envelope);
  const bytes = Buffer.byteLength(body);
  if (bytes > maxBodyBytes) throw new Defect(`${envelope.type} to be sent has ${bytes} bytes`);
  // Halves of surrogate pairs are escaped, as nothing else above the control characters is.
  if (body.includes('\\ud') && hasBrokenUnicode(envelope)) {
    throw new Defect(`${envelope.type} to be sent has half of a surrogate pair`);
  }
  return body;
}
