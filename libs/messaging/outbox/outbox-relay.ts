import { systemClock, type Clock } from '#libs/kernel/clock.js';
import { systemTimers, type Timers } from '#libs/kernel/timers.js';
import { OutboxBacklog, type BacklogLimits } from './outbox-backlog.js';
import { OutboxClaimer, type ClaimingOptions } from './outbox-claimer.js';
import { OutboxDeleter } from './outbox-deleter.js';
import { OutboxLeases } from './outbox-leases.js';
import { OutboxSender, type SendingOptions } from './outbox-sender.js';
import type { OutboxStore } from './outbox-store.js';
import type { OutboxRow } from './outbox.row.js';
import type { Publishes } from '../broker/publisher.js';
import { OutboxDatabase, type RelayParts } from './relay-parts.js';

export interface RelayOptions extends ClaimingOptions, SendingOptions {
  /** How long confirmed rows are gathered before they are deleted together. */
  readonly deleteAfterMs?: number;
  readonly limits?: Partial<BacklogLimits>;
  readonly clock?: Clock;
  readonly timers?: Timers;
}

/**
 * Gets the outbox's rows to the broker, each at least once. Rows of this process go out from memory right after their
 * commit; what was left behind (a crash, a broker that was away, no room in memory) is found by claims.
 *
 * Messages of one subject leave in the order of their commits, as far as this relay knows them. A failing message holds
 * up its own subject only; one that has left already is not called back, which is why events carry a sequence.
 */
export class OutboxRelay {
  private readonly parts: RelayParts;
  private readonly sender: OutboxSender;
  private readonly deleter: OutboxDeleter;
  private readonly leases: OutboxLeases;
  private readonly claimer: OutboxClaimer;
  private running = false;

  constructor(
    owner: string,
    store: OutboxStore,
    publisher: Publishes,
    connection: RelayParts['connection'],
    options: RelayOptions = {},
  ) {
    const { limits, deleteAfterMs, clock = systemClock, timers = systemTimers } = options;
    const backlog = new OutboxBacklog(limits);
    this.parts = { owner, store, backlog, connection, database: new OutboxDatabase(), clock, timers };
    this.deleter = new OutboxDeleter(this.parts, deleteAfterMs);
    this.sender = new OutboxSender(this.parts, publisher, () => this.deleter.deleteSoon(), options);
    this.leases = new OutboxLeases(this.parts);
    this.claimer = new OutboxClaimer(this.parts, () => this.sender.pump(), options);
    connection.on('up', () => {
      this.sender.pump();
      this.claimer.pollSoon(0);
    });
  }

  start(): void {
    this.running = true;
    this.claimer.start();
    this.leases.start();
  }

  /** Rows that this process has just committed. Neither throws nor waits: the units' callers are told after it. */
  take(rows: readonly OutboxRow[]): void {
    if (!this.running) return;
    const { backlog, clock } = this.parts;
    const now = clock.monotonicMs();
    for (const row of rows) backlog.takeCommitted({ ...row, ageSeconds: 0 }, now);
    this.sender.pump();
  }

  /** Stops claiming, waits up to `withinMs` for what is on its way, and hands the rest back for others to claim. */
  async drain(withinMs = 5_000): Promise<void> {
    const { owner, store, backlog, connection, database, clock, timers } = this.parts;
    this.running = false;
    this.leases.stop();
    await this.claimer.stop();
    const deadline = clock.monotonicMs() + withinMs;
    while (backlog.size > 0 && connection.isUp && clock.monotonicMs() < deadline) {
      await this.deleter.deleteSent();
      if (backlog.size > 0) await timers.pause(10);
    }
    this.deleter.stop();
    const unsent = backlog.unsent();
    for (const entry of unsent) backlog.drop(entry);
    await database.attempt(() => store.release(owner, unsent));
  }
}
