import { Logger } from '@nestjs/common';
import { random } from '#libs/kernel/chance.js';
import { systemClock, type Clock } from '#libs/kernel/clock.js';
import { systemTimers, type Timer, type Timers } from '#libs/kernel/timers.js';
import type { AmqpConnection } from './amqp-connection.js';
import { backoffMs } from './backoff.js';
import { OutboxBacklog, type BacklogLimits, type Entry } from './outbox-backlog.js';
import { outboxMetrics, showFigures } from './outbox-metrics.js';
import type { OutboxStore } from './outbox-store.js';
import { leaseSeconds } from './outbox.js';
import type { OutboxRow } from './outbox.row.js';
import { redrivenHeader } from './parking.js';
import {
  cloudEventsContentType,
  type Publishes,
  type PublishOutcome,
  type WireMessage,
} from './publisher.js';

export interface RelayOptions {
  /** Pause between looks for leftovers; a look that found many is followed by the next at once. */
  readonly pollIntervalMs?: number;
  /** How long confirmed rows are gathered before they are deleted together. */
  readonly deleteAfterMs?: number;
  /** Tries of a message that the broker does not take, before it is parked. */
  readonly mostAttempts?: number;
  /** Wait after the first of them; doubles up to a minute. */
  readonly firstRetryMs?: number;
  readonly claimSize?: number;
  readonly limits?: Partial<BacklogLimits>;
  readonly clock?: Clock;
  readonly timers?: Timers;
}

type ConnectionState = Pick<AmqpConnection, 'isUp' | 'isBlocked' | 'on'>;

const renewEveryMs = (leaseSeconds * 1000) / 3;
const figuresEveryMs = 5_000;
/** Confirmed rows that wait for their deletion: at this number it is not put off. */
const deleteAtOnce = 500;

/**
 * Gets the outbox's rows to the broker, each at least once. Rows of this process go out from memory right after their
 * commit; what was left behind (a crash, a broker that was away, no room in memory) is found by claims.
 *
 * Messages of one subject leave in the order of their commits, as far as this relay knows them. A failing message holds
 * up its own subject only; one that has left already is not called back, which is why events carry a sequence.
 */
export class OutboxRelay {
  private readonly logger = new Logger('OutboxRelay');
  private readonly clock: Clock;
  private readonly timers: Timers;
  private readonly backlog: OutboxBacklog;
  private pollTimer: Timer | undefined;
  private renewTimer: Timer | undefined;
  private deleteTimer: Timer | undefined;
  private polling: Promise<void> | undefined;
  private deleting: Promise<void> | undefined;
  private figuresAt = -Infinity;
  private databaseAway = false;
  private running = false;

  constructor(
    private readonly owner: string,
    private readonly store: OutboxStore,
    private readonly publisher: Publishes,
    private readonly connection: ConnectionState,
    private readonly options: RelayOptions = {},
  ) {
    this.clock = options.clock ?? systemClock;
    this.timers = options.timers ?? systemTimers;
    this.backlog = new OutboxBacklog(options.limits);
    connection.on('up', () => {
      this.pump();
      this.pollSoon(0);
    });
  }

  start(): void {
    this.running = true;
    this.pollSoon(0);
    this.renewTimer = this.timers.every(renewEveryMs, () => void this.renewLeases());
  }

  /** Rows that this process has just committed. Neither throws nor waits: the units' callers come after it. */
  take(rows: readonly OutboxRow[]): void {
    if (!this.running) return;
    const now = this.clock.monotonicMs();
    for (const row of rows) this.backlog.takeCommitted({ ...row, ageSeconds: 0 }, now);
    this.pump();
  }

  /** Stops claiming, waits up to `withinMs` for what is on its way, and hands the rest back for others to claim. */
  async drain(withinMs = 5_000): Promise<void> {
    this.running = false;
    this.pollTimer?.cancel();
    this.renewTimer?.cancel();
    await this.polling;
    const deadline = this.clock.monotonicMs() + withinMs;
    while (this.backlog.size > 0 && this.connection.isUp && this.clock.monotonicMs() < deadline) {
      await this.deleteSent();
      if (this.backlog.size > 0) await this.timers.pause(10);
    }
    this.deleteTimer?.cancel();
    const unsent = this.backlog.unsent();
    for (const entry of unsent) this.backlog.drop(entry);
    await this.onDatabase(() => this.store.release(this.owner, unsent));
  }

  private pump(): void {
    while (this.connection.isUp) {
      const entry = this.backlog.next();
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
        // Says nothing about the message. It may be there already: receivers know its id.
        this.backlog.putBack(entry);
    }
  }

  private confirmed(entry: Entry): void {
    const waited = (this.clock.monotonicMs() - entry.takenAt) / 1000;
    outboxMetrics.published.inc();
    outboxMetrics.delay.observe(entry.ageSeconds + waited);
    this.backlog.markSent(entry);
    this.deleteLater();
  }

  private async failed(entry: Entry, outcome: PublishOutcome): Promise<void> {
    const { mostAttempts = 10, firstRetryMs = 1_000 } = this.options;
    const attempts = entry.attempts + 1;
    const parked = attempts >= mostAttempts;
    const fields = {
      messageId: entry.messageId ?? entry.id,
      messageType: entry.type,
      exchange: entry.exchange,
      attempts,
    };
    if (parked) this.logger.error(`message parked in the outbox: ${outcome}`, fields);
    else this.logger.warn(`message not taken by the broker: ${outcome}`, fields);
    const behind = this.backlog.hold(entry.subject);
    this.backlog.drop(entry);
    await this.onDatabase(async () => {
      await this.store.recordFailure(this.owner, entry, {
        state: parked ? 'parked' : 'failing',
        attempts,
        error: reasonOf(outcome, entry),
        waitSeconds: backoffMs(attempts, { firstMs: firstRetryMs, capMs: 60_000 }) / 1000,
      });
      await this.store.release(this.owner, behind);
    });
  }

  private deleteLater(): void {
    if (this.backlog.sentCount >= deleteAtOnce) return void this.deleteSent();
    this.deleteTimer ??= this.timers.after(this.options.deleteAfterMs ?? 100, () => void this.deleteSent());
  }

  /** One deletion at a time: what is confirmed meanwhile goes with the next, which is the larger for it. */
  private deleteSent(): Promise<void> {
    this.deleteTimer?.cancel();
    this.deleteTimer = undefined;
    this.deleting ??= this.deleteNow().finally(() => {
      this.deleting = undefined;
      if (this.backlog.sentCount > 0) this.deleteLater();
    });
    return this.deleting;
  }

  private async deleteNow(): Promise<void> {
    const sent = this.backlog.sent();
    if (sent.length === 0) return;
    const done = await this.onDatabase(() => this.store.remove(this.owner, sent));
    // Otherwise they stay here, sent and leased, until the database is back.
    if (done) for (const entry of sent) this.backlog.drop(entry);
  }

  /** Rows that stay long (the broker or the database is away) are kept from other relays, or given up to them. */
  private async renewLeases(): Promise<void> {
    const old = this.backlog.leasedBefore(this.clock.monotonicMs() - renewEveryMs / 2);
    if (old.length === 0) return;
    const now = this.clock.monotonicMs();
    await this.onDatabase(async () => {
      const ours = await this.store.renew(this.owner, old, leaseSeconds);
      for (const entry of old) {
        if (ours.has(entry.id)) entry.leasedAt = now;
        else this.backlog.drop(entry);
      }
    });
  }

  private pollSoon(delayMs: number): void {
    if (!this.running) return;
    this.pollTimer?.cancel();
    this.pollTimer = this.timers.after(delayMs, () => {
      this.polling ??= this.poll().finally(() => (this.polling = undefined));
    });
  }

  private async poll(): Promise<void> {
    let more = false;
    await this.onDatabase(async () => {
      await this.refreshFigures();
      more = await this.claim();
    });
    const interval = this.options.pollIntervalMs ?? 1_000;
    // Jittered, so that many processes do not look at the same moment.
    this.pollSoon(more ? 0 : interval * (0.8 + random() * 0.4));
  }

  /** @returns whether there is likely to be more. */
  private async claim(): Promise<boolean> {
    const { claimSize = 500 } = this.options;
    if (!this.connection.isUp || this.connection.isBlocked) return false;
    this.backlog.holdOnly(await this.store.heldSubjects());
    const limit = Math.min(claimSize, this.backlog.room);
    if (limit < claimSize / 2) return false;
    const rows = await this.store.claim(this.owner, limit, leaseSeconds, this.backlog.fullDestinations);
    const now = this.clock.monotonicMs();
    for (const row of rows) this.backlog.takeClaimed(row, now);
    if (rows.length > 0) this.logger.log('found leftovers', { count: rows.length });
    this.pump();
    return rows.length >= limit;
  }

  private async refreshFigures(): Promise<void> {
    const now = this.clock.monotonicMs();
    if (now - this.figuresAt < figuresEveryMs) return;
    this.figuresAt = now;
    showFigures(await this.store.figures());
  }

  /** Failures of the database end here: leases run out by themselves, and the next round tries again. */
  private async onDatabase(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      this.databaseAway = false;
      return true;
    } catch (error) {
      if (!this.databaseAway) this.logger.warn('the outbox cannot be reached', error);
      this.databaseAway = true;
      return false;
    }
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
  ...(entry.redriveOf !== null && { headers: { [redrivenHeader]: entry.redriveOf } }),
  body: Buffer.from(entry.body),
});

const reasonOf = (outcome: PublishOutcome, { exchange, routingKey }: Entry): string =>
  outcome === 'returned'
    ? `no queue takes ${routingKey} of exchange ${exchange}`
    : `the broker refused it (${outcome})`;
