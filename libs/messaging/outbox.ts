import { schemaPath } from '#libs/contracts/json-schema.js';
import { newId } from '#libs/kernel/ids.js';
import { Defect } from '#libs/kernel/errors.js';
import { currentContext } from '#libs/observability/request-context.js';
import type { Work } from '#libs/persistence/unit-of-work.js';
import type { Envelope } from './envelope.js';
import { outboxTable } from './outbox.row.js';
import type { OutgoingMessage } from './outgoing-message.js';

/**
 * How long a row belongs to the relay of the process that committed it. A relay that lives renews; after a crash
 * other relays wait this long before they take over.
 */
export const leaseSeconds = 10;

/** Where a unit of work leaves its messages: they go out if, and only if, the unit commits. */
export class Outbox {
  /** Names this process's relay in the rows that it may send. */
  readonly owner = newId();

  /** @param source the sender as receivers see it: `/order-service`. */
  constructor(readonly source: string) {}

  /**
   * Sends the message with the unit's commit, at least once.
   * @returns the message's id.
   * @throws Defect when the data break the message's schema: nobody could read it, so nobody gets it.
   */
  publish<Data>(work: Work, outgoing: OutgoingMessage<Data>): string {
    const { message, subject } = outgoing;
    const envelope = this.seal(outgoing, work.now);
    work.insert(outboxTable, {
      id: envelope.id,
      subject,
      type: message.type,
      exchange: message.exchange.name,
      routingKey: message.routingKey,
      alsoRoutedAs: message.alsoRoutedAs?.join(',') ?? null,
      // Nobody has to listen to an event; a command or reply that no queue takes would be lost silently.
      mandatory: message.kind !== 'event',
      body: JSON.stringify(envelope),
      state: 'unsent',
      owner: this.owner,
      fence: 1,
      leaseUntil: new Date(work.now.getTime() + leaseSeconds * 1000),
      attempts: 0,
      lastError: null,
      createdAt: work.now,
    });
    return envelope.id;
  }

  private seal<Data>(outgoing: OutgoingMessage<Data>, now: Date): Envelope<Data> {
    const { message } = outgoing;
    const checked = message.schema.safeParse(outgoing.data);
    if (!checked.success) {
      throw new Defect(`${message.type} to be sent breaks its schema: ${checked.error.message}`);
    }
    const context = currentContext();
    return {
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
      data: checked.data,
    };
  }
}
