import type { ClaimedRow, Destination } from './outbox-store.js';

/** A row in the relay's hands. */
export interface Entry extends ClaimedRow {
  phase: 'waiting' | 'flying' | 'sent';
  /** Position among the rows that were taken: the order of publishing. */
  readonly position: number;
  /** Monotonic milliseconds at which the row came, and at which its lease was last known to be fresh. */
  readonly takenAt: number;
  leasedAt: number;
}

export interface BacklogLimits {
  readonly rows: number;
  readonly bytes: number;
}

/** One destination's share of the room. */
interface Share {
  readonly destination: Destination;
  rows: number;
  bytes: number;
}

/**
 * The rows that a relay has in memory, from the commit or the claim to the deletion. Bounded: what does not fit is not
 * taken, and stays in the database for a claim. Pure; outbox-backlog.spec.ts walks through it.
 *
 * A destination may have as much as is left free. So one that does not confirm takes half of the room, two take a third
 * each, and however many there are, the others find room.
 */
export class OutboxBacklog {
  private readonly entries = new Map<string, Entry>();
  private waiting: Entry[] = [];
  private inOrder = true;
  private heldSubjects = new Set<string>();
  private readonly heldMeanwhile = new Set<string>();
  private readonly sentEntries = new Set<Entry>();
  private bytes = 0;
  private taken = 0;
  private readonly shares = new Map<string, Share>();

  private readonly limits: BacklogLimits;

  constructor(limits: Partial<BacklogLimits> = {}) {
    this.limits = { rows: 5_000, bytes: 64 * 1024 * 1024, ...limits };
  }

  get size(): number {
    return this.entries.size;
  }

  get room(): number {
    return this.bytes >= this.limits.bytes ? 0 : Math.max(0, this.limits.rows - this.entries.size);
  }

  /** Destinations that have used up their share of the room. */
  get fullDestinations(): Destination[] {
    return [...this.shares.values()]
      .filter((share) => this.isFull(share))
      .map(({ destination }) => destination);
  }

  /**
   * Takes a row that was just committed, unless there is no room or a message of its subject is failing, which it must
   * not overtake.
   */
  takeCommitted(row: ClaimedRow, now: number): boolean {
    if (this.room === 0 || this.isFull(this.shares.get(nameOf(row))) || this.heldSubjects.has(row.subject))
      return false;
    this.add(row, now);
    return true;
  }

  /** Takes a row that was claimed. The claim has seen to it that the row overtakes none of its subject. */
  takeClaimed(row: ClaimedRow, now: number): void {
    const known = this.entries.get(row.id);
    if (!known) return this.add(row, now);
    // Its lease ran out while we had it (the database was away): the new one is ours as well, and one send is enough.
    known.fence = row.fence;
    known.leasedAt = now;
  }

  /** The next row to publish, which counts as on its way from now on. */
  next(): Entry | undefined {
    if (!this.inOrder) {
      this.waiting.sort((a, b) => a.position - b.position);
      this.inOrder = true;
    }
    const entry = this.waiting.shift();
    if (entry) entry.phase = 'flying';
    return entry;
  }

  /** The broker was lost with the row on its way: it goes again, before those that came after it. */
  putBack(entry: Entry): void {
    if (this.entries.get(entry.id) !== entry) return;
    entry.phase = 'waiting';
    this.waiting.push(entry);
    this.inOrder = false;
  }

  markSent(entry: Entry): void {
    // Otherwise another relay has taken it over meanwhile; receivers recognise what it sends again.
    if (this.entries.get(entry.id) !== entry) return;
    entry.phase = 'sent';
    this.sentEntries.add(entry);
  }

  /** The row is deleted, or no longer ours. */
  drop(entry: Entry): void {
    if (!this.entries.delete(entry.id)) return;
    this.bytes -= entry.body.length;
    const share = this.shareOf(entry);
    share.rows -= 1;
    share.bytes -= entry.body.length;
    if (share.rows === 0) this.shares.delete(nameOf(entry));
    this.sentEntries.delete(entry);
    if (entry.phase === 'waiting') this.waiting = this.waiting.filter((other) => other !== entry);
  }

  /** From here on, committed rows of these subjects are left to the poller, which knows when their turn has come. */
  holdOnly(subjects: ReadonlySet<string>): void {
    // What failed while the question was on its way is not in the answer yet.
    this.heldSubjects = new Set([...subjects, ...this.heldMeanwhile]);
    this.heldMeanwhile.clear();
  }

  /** A message of this subject fails. @returns the rows behind it that were dropped, to be claimed when it is through. */
  hold(subject: string): Entry[] {
    this.heldSubjects.add(subject);
    this.heldMeanwhile.add(subject);
    const behind = this.waiting.filter((entry) => entry.subject === subject);
    for (const entry of behind) this.drop(entry);
    return behind;
  }

  get sentCount(): number {
    return this.sentEntries.size;
  }

  sent(): Entry[] {
    return [...this.sentEntries];
  }

  unsent(): Entry[] {
    return [...this.entries.values()].filter(({ phase }) => phase !== 'sent');
  }

  /** Rows whose lease was fresh before `time`. */
  leasedBefore(time: number): Entry[] {
    return [...this.entries.values()].filter(({ leasedAt }) => leasedAt < time);
  }

  private isFull(share: Share | undefined): boolean {
    return share !== undefined && (share.rows >= this.room || share.bytes >= this.limits.bytes - this.bytes);
  }

  private shareOf({ exchange, routingKey }: Destination): Share {
    const name = nameOf({ exchange, routingKey });
    const share = this.shares.get(name) ?? { destination: { exchange, routingKey }, rows: 0, bytes: 0 };
    this.shares.set(name, share);
    return share;
  }

  private add(row: ClaimedRow, now: number): void {
    const entry: Entry = { ...row, phase: 'waiting', position: this.taken++, takenAt: now, leasedAt: now };
    this.entries.set(row.id, entry);
    this.bytes += row.body.length;
    const share = this.shareOf(row);
    share.rows += 1;
    share.bytes += row.body.length;
    this.waiting.push(entry);
  }
}

const nameOf = ({ exchange, routingKey }: Destination): string => `${exchange}\n${routingKey}`;
