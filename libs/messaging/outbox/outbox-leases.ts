import type { Timer } from '#libs/kernel/timers.js';
import { leaseSeconds } from './outbox.js';
import type { RelayParts } from './relay-parts.js';

const renewEveryMs = (leaseSeconds * 1000) / 3;

/** Keeps other relays off rows that stay long (the broker or the database is away), or gives the rows up to them. */
export class OutboxLeases {
  private timer: Timer | undefined;

  constructor(private readonly parts: RelayParts) {}

  start(): void {
    this.timer = this.parts.timers.every(renewEveryMs, () => void this.renew());
  }

  stop(): void {
    this.timer?.cancel();
  }

  private async renew(): Promise<void> {
    const { owner, store, backlog, database, clock } = this.parts;
    const old = backlog.leasedBefore(clock.monotonicMs() - renewEveryMs / 2);
    if (old.length === 0) return;
    const now = clock.monotonicMs();
    await database.attempt(async () => {
      const ours = await store.renew(owner, old, leaseSeconds);
      for (const entry of old) {
        if (ours.has(entry.id)) entry.leasedAt = now;
        else backlog.drop(entry);
      }
    });
  }
}
