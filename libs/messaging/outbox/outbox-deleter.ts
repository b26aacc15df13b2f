import type { Timer } from '#libs/kernel/timers.js';
import type { RelayParts } from './relay-parts.js';

/** When this many confirmed rows wait to be deleted, it is not put off any longer. */
const deleteAtOnce = 500;

/** Deletes rows that the broker has confirmed, many with one statement. */
export class OutboxDeleter {
  private timer: Timer | undefined;
  private deleting: Promise<void> | undefined;

  /** @param gatherMs how long confirmed rows are gathered before they are deleted together. */
  constructor(
    private readonly parts: RelayParts,
    private readonly gatherMs = 100,
  ) {}

  deleteSoon(): void {
    if (this.parts.backlog.sentCount >= deleteAtOnce) return void this.deleteSent();
    this.timer ??= this.parts.timers.after(this.gatherMs, () => void this.deleteSent());
  }

  /** One deletion at a time: what is confirmed meanwhile goes with the next, which is the larger for it. */
  deleteSent(): Promise<void> {
    this.stop();
    this.deleting ??= this.deleteNow().finally(() => {
      this.deleting = undefined;
      if (this.parts.backlog.sentCount > 0) this.deleteSoon();
    });
    return this.deleting;
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private async deleteNow(): Promise<void> {
    const { owner, store, backlog, database } = this.parts;
    const sent = backlog.sent();
    if (sent.length === 0) return;
    const done = await database.attempt(() => store.remove(owner, sent));
    // Otherwise they stay here, sent and leased, until the database is back.
    if (done) for (const entry of sent) backlog.drop(entry);
  }
}
