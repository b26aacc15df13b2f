import { Logger } from '@nestjs/common';
import { backoffMs } from '../broker/backoff.js';
import type { Entry } from './outbox-backlog.js';
import { outboxMetrics } from './outbox-metrics.js';
import { firstSenderHeader } from '../parking/first-sender.js';
import { redrivenHeader } from '../parking/parking.js';
import {
  cloudEventsContentType,
  type Publishes,
  type PublishOutcome,
  type WireMessage,
} from '../broker/publisher.js';
import type { RelayParts } from './relay-parts.js';

export interface SendingOptions {
  /** Tries of a message that the broker does not take, before it is parked. */
  readonly maxAttempts?: number;
  /** Wait after the first of them; doubles up to a minute. */
  readonly firstRetryMs?: number;
}

/** Publishes what is in the backlog, in its order, for as long as the broker is there. */
export class OutboxSender {
  private readonly logger = new Logger('OutboxRelay');

  constructor(
    private readonly parts: RelayParts,
    private readonly publisher: Publishes,
    private readonly onSent: () => void,
    private readonly options: SendingOptions,
  ) {}

  pump(): void {
    const { connection, backlog } = this.parts;
    while (connection.isUp) {
      const entry = backlog.next();
      if (!entry) return;
      void this.send(entry);
    }
  }

  private async send(entry: Entry): Promise<void> {
    const outcome = await this.publisher.publish(wireMessageOf(entry));
    if (outcome === 'confirmed') return this.confirmed(entry);
    outboxMetrics.failures.inc({ outcome });
    switch (outcome) {
      case 'returned':
      case 'nacked':
        return this.failed(entry, outcome);
      case 'channel-closed':
        // This says nothing about the message. It may have arrived already: receivers recognise its id.
        this.parts.backlog.putBack(entry);
    }
  }

  private confirmed(entry: Entry): void {
    const { backlog, clock } = this.parts;
    outboxMetrics.published.inc();
    outboxMetrics.delay.observe(entry.ageSeconds + (clock.monotonicMs() - entry.takenAt) / 1000);
    backlog.markSent(entry);
    this.onSent();
  }

  private async failed(entry: Entry, outcome: PublishOutcome): Promise<void> {
    const { owner, store, backlog, database } = this.parts;
    const { maxAttempts = 10, firstRetryMs = 1_000 } = this.options;
    const attempts = entry.attempts + 1;
    const parked = attempts >= maxAttempts;
    const fields = {
      messageId: entry.messageId ?? entry.id,
      messageType: entry.type,
      exchange: entry.exchange,
      attempts,
    };
    if (parked) this.logger.error(`message parked in the outbox: ${outcome}`, fields);
    else this.logger.warn(`message not taken by the broker: ${outcome}`, fields);
    const behind = backlog.hold(entry.subject);
    backlog.drop(entry);
    await database.attempt(async () => {
      await store.recordFailure(owner, entry, {
        state: parked ? 'parked' : 'failing',
        attempts,
        error: reasonOf(outcome, entry),
        waitSeconds: backoffMs(attempts, { firstMs: firstRetryMs, capMs: 60_000 }) / 1000,
      });
      await store.release(owner, behind);
    });
  }
}

const wireMessageOf = (entry: Entry): WireMessage => ({
  exchange: entry.exchange,
  routingKey: entry.routingKey,
  ...(entry.alsoRoutedAs !== null && { alsoRoutedAs: entry.alsoRoutedAs.split(',') }),
  mandatory: entry.mandatory,
  id: entry.messageId ?? entry.id,
  type: entry.type,
  contentType: cloudEventsContentType,
  ...(entry.redriveOf !== null && {
    headers: { [redrivenHeader]: entry.redriveOf, [firstSenderHeader]: entry.firstSender ?? '' },
  }),
  body: Buffer.from(entry.body),
});

const reasonOf = (outcome: PublishOutcome, { exchange, routingKey }: Entry): string =>
  outcome === 'returned'
    ? `no queue takes ${routingKey} of exchange ${exchange}`
    : `the broker refused it (${outcome})`;
