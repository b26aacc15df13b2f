import { ReservationCancelled } from '#libs/contracts/inventory/inventory.messages.js';
import { PaymentCancelled } from '#libs/contracts/payment/payment.messages.js';
import { exchanges } from '#libs/contracts/topology.js';
import type { OrderEventData } from '#libs/contracts/order/order.messages.js';
import { isFromRogueClient } from '../actors/rogue-client.js';
import { attemptHeader } from '#libs/messaging/parking/retry-policy.js';
import type { Envelope } from '#libs/messaging/envelope/envelope.js';
import { inboxTable } from '#libs/messaging/inbox/inbox.row.js';
import { outboxTable } from '#libs/messaging/outbox/outbox.row.js';
import { parkedHeaders } from '#libs/messaging/parking/parking.js';
import type { WireMessage } from '#libs/messaging/broker/publisher.js';
import { sagaTimeline } from '#libs/saga/runner/saga-timeline.row.js';
import type { Coverage } from '../world/coverage.js';
import { changesOf, messagesIn, type Report } from './commit-observer.js';
import type { Commit } from '../world/simulated-database.js';
import type { Untruths } from '../world/untruths.js';

const isSentTo: ReadonlySet<string> = new Set(Object.values(exchanges).map(({ name }) => name));

const cancellations: ReadonlySet<string> = new Set([ReservationCancelled.type, PaymentCancelled.type]);

/** Every message that was committed to the outbox, and what came of it. */
export class MessageJournal {
  readonly #committed = new Map<string, Envelope>();
  readonly #arrived = new Set<string>();
  readonly #lost = new Set<string>();
  /** Orders and their versions. */
  readonly #shown = new Set<string>();
  /** Ids of messages that were consumed, by consumer, and of those that had an effect. */
  readonly #consumed = new Map<string, string>();
  readonly #traces = new Set<string>();
  readonly #answers = new Set<string>();
  readonly #cancelled = new Set<string>();

  constructor(
    private readonly coverage: Coverage,
    private readonly untruths: Untruths,
    private readonly report: Report,
  ) {}

  committed(commit: Commit): void {
    for (const message of messagesIn(commit)) this.#note(message);
    for (const { before, after } of changesOf(commit, outboxTable)) {
      if (before && !after && !this.#arrived.has(before.id)) {
        this.report(
          'what was committed arrives',
          `${before.type} ${before.id} was dropped before it was sent`,
        );
      }
    }
    for (const { before, after } of changesOf(commit, inboxTable)) {
      if (!before && after) this.#consumed.set(`${after.consumer} ${after.messageId}`, after.messageId);
    }
    for (const { after } of changesOf(commit, sagaTimeline)) {
      for (const { messageId } of after?.entries ?? []) if (messageId) this.#traces.add(messageId);
    }
  }

  /** What was committed under this id. */
  sent(messageId: string): Envelope | undefined {
    return this.#committed.get(messageId);
  }

  accepted(message: WireMessage): void {
    const { id, type, exchange, routingKey, headers = {} } = message;
    if (routingKey.endsWith('.parked') && !isFromRogueClient(message) && !this.untruths.messages.has(id!)) {
      const reason = headers[parkedHeaders.reason];
      if (reason !== 'attempts-spent' && reason !== undefined) {
        const detail = headers[parkedHeaders.detail];
        this.report('nothing is parked as a defect', `${type} ${id} in ${routingKey}: ${reason}: ${detail}`);
      }
    }
    // Forwarded by a consumer or by the broker, not sent by a relay.
    if (!isSentTo.has(exchange) || attemptHeader in headers || id === undefined) return;
    if (!this.#committed.has(id)) {
      this.report('what is published was committed', `${type} ${id} was never committed`);
    }
    this.#arrived.add(id);
  }

  /** It will never be delivered. */
  lost({ id }: WireMessage): void {
    if (id !== undefined) this.#lost.add(id);
  }

  /** An event of an order has been shown, or found to be older than what is. */
  shown({ id, version }: { readonly id: string; readonly version: number }): void {
    this.#shown.add(`${id} ${version}`);
  }

  /** When the system is idle. */
  checkFinalState(): void {
    for (const [id, { type, data }] of this.#committed) {
      if (!this.#arrived.has(id)) this.report('what was committed arrives', `${type} ${id} never did`);
      // The sweep would repair it; this is about the projector that was to show it.
      const { order } = data as Partial<OrderEventData>;
      if (order && !this.#lost.has(id) && !this.#shown.has(`${order.id} ${order.version}`)) {
        this.report('an event that is not lost is shown', `${type} ${id} was not`);
      }
    }
    for (const [where, id] of this.#consumed) {
      if (!this.#traces.has(id)) this.report('what was consumed had its effect', `nothing came of ${where}`);
    }
  }

  #note(envelope: Envelope): void {
    const { id, type, causationid, commandid, source } = envelope;
    this.#committed.set(id, envelope);
    this.coverage.count(`message.${type}`);
    if (causationid === undefined) return;
    this.#traces.add(causationid);
    // A saga's next command is caused by a reply; only what participants send answers a command.
    if (source === '/order-service' || commandid === undefined) return;
    const answer = `${causationid} ${type}`;
    if (this.#answers.has(answer)) {
      this.report('a message is answered once', `message ${causationid} was answered ${type} again`);
    }
    this.#answers.add(answer);
    if (cancellations.has(type)) this.#cancelled.add(commandid);
    else if (this.#cancelled.has(commandid)) {
      this.report('what was cancelled is never done', `command ${commandid} is answered ${type} after all`);
    }
  }
}
