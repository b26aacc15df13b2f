import { Logger } from '@nestjs/common';
import { random } from '#libs/kernel/chance.js';
import type { Timer } from '#libs/kernel/timers.js';
import { showStats } from './outbox-metrics.js';
import { leaseSeconds } from './outbox.js';
import type { RelayParts } from './relay-parts.js';

export interface ClaimingOptions {
  /** Pause between looks for leftovers; a look that found many is followed by the next at once. */
  readonly pollIntervalMs?: number;
  readonly claimSize?: number;
}

const statsEveryMs = 5_000;

/** Finds what was left behind (a crash, a broker that was away, no room in memory), and keeps the outbox's stats. */
export class OutboxClaimer {
  private readonly logger = new Logger('OutboxRelay');
  private timer: Timer | undefined;
  private polling: Promise<void> | undefined;
  private statsAt = -Infinity;
  private running = false;

  constructor(
    private readonly parts: RelayParts,
    private readonly onClaimed: () => void,
    private readonly options: ClaimingOptions,
  ) {}

  start(): void {
    this.running = true;
    this.pollSoon(0);
  }

  /** Resolves when the current look has ended. */
  async stop(): Promise<void> {
    this.running = false;
    this.timer?.cancel();
    await this.polling;
  }

  pollSoon(delayMs: number): void {
    if (!this.running) return;
    this.timer?.cancel();
    this.timer = this.parts.timers.after(delayMs, () => {
      this.polling ??= this.poll().finally(() => (this.polling = undefined));
    });
  }

  private async poll(): Promise<void> {
    let more = false;
    await this.parts.database.attempt(async () => {
      await this.refreshStats();
      more = await this.claim();
    });
    const interval = this.options.pollIntervalMs ?? 1_000;
    // Jittered, so that many processes do not look at the same moment.
    this.pollSoon(more ? 0 : interval * (0.8 + random() * 0.4));
  }

  /** @returns whether there is likely to be more. */
  private async claim(): Promise<boolean> {
    const { owner, store, backlog, connection, clock } = this.parts;
    const { claimSize = 500 } = this.options;
    if (!connection.isUp || connection.isBlocked) return false;
    backlog.holdOnly(await store.heldSubjects());
    const limit = Math.min(claimSize, backlog.room);
    if (limit < claimSize / 2) return false;
    const rows = await store.claim(owner, limit, leaseSeconds, backlog.fullDestinations);
    const now = clock.monotonicMs();
    for (const row of rows) backlog.takeClaimed(row, now);
    if (rows.length > 0) this.logger.log('found leftovers', { count: rows.length });
    this.onClaimed();
    return rows.length >= limit;
  }

  private async refreshStats(): Promise<void> {
    const now = this.parts.clock.monotonicMs();
    if (now - this.statsAt < statsEveryMs) return;
    this.statsAt = now;
    showStats(await this.parts.store.stats());
  }
}
