import { ConnectionLost } from '#libs/persistence/database/errors.js';
import { outboxTable, type OutboxRow, type OutboxState } from '#libs/messaging/outbox/outbox.row.js';
import type { ClaimedRow, OutboxStats, OutboxStore } from '#libs/messaging/outbox/outbox-store.js';
import { rowInto } from '#libs/persistence/testing/row-copy.js';
import type { Life } from './life.js';
import type { SimulatedDatabase } from './simulated-database.js';
import { step } from './simulation-world.js';

type Leased = Pick<ClaimedRow, 'id' | 'fence'>;

/** What SqlOutboxStore says in SQL, on the simulated tables; each call is a statement that commits by itself. */
export class SimulatedOutboxStore implements OutboxStore {
  constructor(
    private readonly database: SimulatedDatabase,
    private readonly life: Life,
  ) {}

  claim(owner: string, limit: number, leaseSeconds: number): Promise<ClaimedRow[]> {
    return this.#statement(() => {
      const { now } = this.database.world.schedule;
      const rows = this.database.rows(outboxTable);
      const held = rows.filter(({ state }) => state !== 'unsent');
      const claimable = rows
        .filter(({ id, state, leaseUntil, subject }) => {
          if (state === 'parked' || leaseUntil.getTime() > now) return false;
          return !held.some((earlier) => earlier.subject === subject && earlier.id < id);
        })
        .sort((a, b) => a.leaseUntil.getTime() - b.leaseUntil.getTime())
        .slice(0, limit)
        .map((row) => ({ ...row, owner, fence: row.fence + 1, leaseUntil: this.#in(leaseSeconds) }));
      this.#write(claimable);
      return claimable
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .map((row) => ({ ...row, ageSeconds: Math.max(0, (now - row.createdAt.getTime()) / 1000) }));
    });
  }

  renew(owner: string, rows: readonly Leased[], leaseSeconds: number): Promise<ReadonlySet<string>> {
    return this.#statement(() => {
      const ours = this.#of(rows).filter((row) => row.owner === owner);
      this.#write(ours.map((row) => ({ ...row, leaseUntil: this.#in(leaseSeconds) })));
      return new Set(ours.map(({ id }) => id));
    });
  }

  remove(owner: string, rows: readonly Leased[]): Promise<void> {
    return this.#statement(() => {
      const writes = this.#fenced(owner, rows).map(({ id }) => ({ table: outboxTable, key: id, row: null }));
      if (writes.length === 0) return;
      this.database.expectWritable();
      this.database.commit(this.life.name, writes);
    });
  }

  release(owner: string, rows: readonly Leased[]): Promise<void> {
    return this.#statement(() => {
      const ours = this.#of(rows).filter((row) => row.owner === owner);
      this.#write(ours.map((row) => ({ ...row, leaseUntil: this.#in(0) })));
    });
  }

  recordFailure(
    owner: string,
    row: Leased,
    failure: { state: OutboxState; attempts: number; error: string; waitSeconds: number },
  ): Promise<void> {
    return this.#statement(() => {
      const { state, attempts, error, waitSeconds } = failure;
      this.#write(
        this.#fenced(owner, [row]).map((known) => ({
          ...known,
          state,
          attempts,
          lastError: error,
          leaseUntil: this.#in(waitSeconds),
        })),
      );
    });
  }

  heldSubjects(): Promise<ReadonlySet<string>> {
    return this.#statement(
      () =>
        new Set(
          this.database
            .rows(outboxTable)
            .filter(({ state }) => state !== 'unsent')
            .map(({ subject }) => subject),
        ),
    );
  }

  stats(): Promise<OutboxStats> {
    return Promise.resolve({ pending: 0, parked: 0, oldestAgeSeconds: 0 });
  }

  async #statement<Result>(run: () => Result): Promise<Result> {
    const { world } = this.database;
    await step(world, this.life, 0, 2);
    this.database.expectReachable();
    const result = run();
    await step(world, this.life, 0, 1);
    if (world.faults.strikes('outbox-answer-lost')) throw new ConnectionLost('the answer was lost');
    return result;
  }

  #of(rows: readonly Leased[]): OutboxRow[] {
    return rows.flatMap(({ id }) => this.database.peek(outboxTable, id) ?? []);
  }

  #fenced(owner: string, rows: readonly Leased[]): OutboxRow[] {
    return rows.flatMap(({ id, fence }) => {
      const row = this.database.peek(outboxTable, id);
      return row?.owner === owner && row.fence === fence ? [row] : [];
    });
  }

  #write(rows: readonly OutboxRow[]): void {
    if (rows.length === 0) return;
    this.database.expectWritable();
    this.database.commit(
      this.life.name,
      rows.map((row) => ({ table: outboxTable, key: row.id, row: rowInto(row, outboxTable.row) })),
    );
  }

  #in(seconds: number): Date {
    return new Date(this.database.world.schedule.now + seconds * 1000);
  }
}
