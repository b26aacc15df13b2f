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
  /** Rows of one destination: of one that does not confirm, not so many that there is no room for others. */
  readonly rowsPerDestination: number;
}

/**
 * The rows that a relay has in memory, from the commit or the claim to the deletion. Bounded: what does not fit is not
 * taken, and stays in the database for a claim. Pure; outbox-backlog.spec.ts walks through it.
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
  private readonly byDestination = new Map<string, { readonly destination: Destination; rows: number }>();

  private readonly limits: BacklogLimits;

  constructor(limits: Partial<BacklogLimits> = {}) {
    this.limits = { rows: 5_000, bytes: 64 * 1024 * 1024, rowsPerDestination: 2_500, ...limits };
  }

  get size(): number {
    return this.entries.size;
  }

  get room(): number {
    return this.bytes >= this.limits.bytes ? 0 : Math.max(0, this.limits.rows - this.entries.size);
  }

  /** Destinations that have all the room that is theirs. */
  get fullDestinations(): Destination[] {
    return [...this.byDestination.values()]
      .filter(({ rows }) => rows >= this.limits.rowsPerDestination)
      .map(({ destination }) => destination);
  }

  /**
   * Takes a row that was just committed: unless there is no room, or a message of its subject is failing, which it must
   * not overtake.
   */
  takeCommitted(row: ClaimedRow, now: number): boolean {
    if (this.room === 0 || this.isFull(row) || this.heldSubjects.has(row.subject)) return false;
    this.add(row, now);
    return true;
  }

  /** Takes a row that was claimed. The claim has seen to it that the row overtakes none of its subject. */
  takeClaimed(row: ClaimedRow, now: number): void {
    const known = this.entries.get(row.id);
    if (!known) return this.add(row, now);
    // Its lease ran out in our own hands (the database was away): the new one is ours as well, and one send is enough.
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
    // Otherwise another relay has taken it over meanwhile; what it sends again, receivers know.
    if (this.entries.get(entry.id) !== entry) return;
    entry.phase = 'sent';
    this.sentEntries.add(entry);
  }

  /** The row is deleted, or no longer ours. */
  drop(entry: Entry): void {
    if (!this.entries.delete(entry.id)) return;
    this.bytes -= entry.body.length;
    const destination = nameOf(entry);
    const counted = this.byDestination.get(destination)!;
    counted.rows -= 1;
    if (counted.rows === 0) this.byDestination.delete(destination);
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

  private isFull(row: Destination): boolean {
    return (this.byDestination.get(nameOf(row))?.rows ?? 0) >= this.limits.rowsPerDestination;
  }

  private add(row: ClaimedRow, now: number): void {
    const entry: Entry = { ...row, phase: 'waiting', position: this.taken++, takenAt: now, leasedAt: now };
    this.entries.set(row.id, entry);
    this.bytes += row.body.length;
    const destination = nameOf(row);
    const counted = this.byDestination.get(destination);
    if (counted) counted.rows += 1;
    else
      this.byDestination.set(destination, {
        destination: { exchange: row.exchange, routingKey: row.routingKey },
        rows: 1,
      });
    this.waiting.push(entry);
  }
}

const nameOf = ({ exchange, routingKey }: Destination): string => `${exchange}\n${routingKey}`;
