import type { ClaimedRow, OutboxStats, OutboxStore } from '../outbox/outbox-store.js';
import type { OutboxState } from '../outbox/outbox.row.js';

interface StoredRow extends ClaimedRow {
  owner: string;
  state: OutboxState;
  /** By `Date.now`; from then on it may be claimed, whoever its owner is. */
  freeAt: number;
}

/** The outbox table in memory; leases end when a test says so. */
export class FakeOutboxStore implements OutboxStore {
  readonly rows = new Map<string, StoredRow>();
  /** Ids of each deletion. */
  readonly removals: string[][] = [];
  /** Set: every call fails, as with the database away. */
  away = false;

  put(row: ClaimedRow, owner: string, freeAt = Infinity): void {
    this.rows.set(row.id, { ...row, owner, state: 'unsent', freeAt });
  }

  claim(owner: string, limit: number): Promise<ClaimedRow[]> {
    return this.reach(() => {
      const rows = [...this.rows.values()]
        .filter(({ freeAt, state }) => freeAt <= Date.now() && state !== 'parked')
        .slice(0, limit);
      for (const row of rows) Object.assign(row, { owner, freeAt: Infinity, fence: row.fence + 1 });
      return rows.map((row) => ({ ...row }));
    });
  }

  renew(owner: string, rows: readonly { id: string }[]): Promise<ReadonlySet<string>> {
    return this.reach(
      () => new Set(rows.map(({ id }) => id).filter((id) => this.rows.get(id)?.owner === owner)),
    );
  }

  remove(owner: string, rows: readonly { id: string; fence: number }[]): Promise<void> {
    return this.reach(() => {
      const ours = rows.filter(({ id, fence }) => this.isOf(owner, id, fence));
      this.removals.push(ours.map(({ id }) => id));
      for (const { id } of ours) this.rows.delete(id);
    });
  }

  release(owner: string, rows: readonly { id: string }[]): Promise<void> {
    return this.reach(() => {
      for (const { id } of rows) {
        const row = this.rows.get(id);
        if (row?.owner === owner) row.freeAt = Date.now();
      }
    });
  }

  recordFailure(
    owner: string,
    { id, fence }: { id: string; fence: number },
    { state, attempts, waitSeconds }: { state: OutboxState; attempts: number; waitSeconds: number },
  ): Promise<void> {
    return this.reach(() => {
      const row = this.rows.get(id);
      if (row && this.isOf(owner, id, fence)) {
        Object.assign(row, { state, attempts, freeAt: Date.now() + waitSeconds * 1000 });
      }
    });
  }

  heldSubjects(): Promise<ReadonlySet<string>> {
    return this.reach(
      () =>
        new Set(
          [...this.rows.values()].filter(({ state }) => state !== 'unsent').map(({ subject }) => subject),
        ),
    );
  }

  stats(): Promise<OutboxStats> {
    return this.reach(() => ({ pending: this.rows.size, parked: 0, oldestAgeSeconds: 0 }));
  }

  private isOf(owner: string, id: string, fence: number): boolean {
    const row = this.rows.get(id);
    return row?.owner === owner && row.fence === fence;
  }

  private async reach<T>(look: () => T): Promise<T> {
    if (this.away) throw new Error('the database is away');
    return look();
  }
}
