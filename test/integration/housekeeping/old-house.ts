import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { idOf, idToBytes } from '#libs/kernel/ids.js';
import { inboxPruning } from '#libs/messaging/inbox/inbox-pruning.js';
import { openDatabase } from '#libs/persistence/database/open-database.js';
import type { Prunable } from '#libs/persistence/housekeeping/prunable.js';
import { ordersMigrations } from '#migrations/orders/index.js';
import { prunablesOf } from '../../../apps/order-service/src/housekeeping/housekeeping.js';
import { prunablesOf as operatorsPrunables } from '../../../apps/order-service/src/operations/housekeeping.js';
import { createTestDatabases, type TestDatabases } from '../../support/database.js';
import { passThrough } from './pass.js';

export const keeping = {
  IDEMPOTENCY_KEEP_HOURS: 24,
  SAGA_KEEP_DAYS: 30,
  PARKED_KEEP_DAYS: 30,
  JOB_KEEP_DAYS: 30,
  RECONCILIATION_KEEP_DAYS: 30,
} as const;

export const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);

/** An id that was made then. */
export const idFrom = (time: Date): string => idOf(time.getTime(), randomBytes(16));

/** order-service's tables, with rows as old as a test wants them. */
export class OldHouse {
  private constructor(
    private readonly databases: TestDatabases,
    readonly source: DataSource,
  ) {}

  static async open(): Promise<OldHouse> {
    const databases = await createTestDatabases(['orders']);
    const source = await openDatabase({
      url: databases.url('orders'),
      rows: [],
      migrations: ordersMigrations,
    });
    return new OldHouse(databases, source);
  }

  async close(): Promise<void> {
    await this.source.destroy();
    await this.databases.drop();
  }

  prunable(table: string): Prunable {
    const all = [inboxPruning({ keepDays: 7 }), ...prunablesOf(keeping), ...operatorsPrunables(keeping)];
    const found = all.find((one) => one.table === table);
    if (!found) throw new Error(`nobody prunes ${table}`);
    return found;
  }

  pass(table: string, limit?: number): Promise<Record<string, number>> {
    return passThrough(this.source, this.prunable(table), { limit });
  }

  async insert(table: string, ...rows: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
    const columns = Object.keys(rows[0] ?? {});
    const values = rows.map((row) => columns.map((column) => row[column]));
    await this.source.query(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ?`, [values]);
  }

  async values<Value>(table: string, column: string): Promise<Value[]> {
    const rows: Record<string, Value>[] = await this.source.query(
      `SELECT ${column} FROM ${table} ORDER BY 1`,
    );
    return rows.map((row) => row[column]!);
  }

  async empty(...tables: readonly string[]): Promise<void> {
    for (const table of tables) await this.source.query(`DELETE FROM ${table}`);
  }

  /** @returns its id, which is its place-order saga's, too. */
  async order(status: string, changedDaysAgo: number): Promise<string> {
    const at = daysAgo(changedDaysAgo);
    const id = idFrom(at);
    await this.insert('orders', {
      id: idToBytes(id),
      number: id.slice(-18),
      customer_id: 'cust-1',
      status,
      version: 2,
      currency: 'USD',
      total_minor: 100,
      details: '{}',
      created_at: at,
      updated_at: at,
    });
    return id;
  }

  /** A saga with a timeline of `revision` rows. */
  async saga(
    id: string,
    subject: string,
    { saga = 'place-order', status = 'completed', endedDaysAgo = 0, revision = 3 } = {},
  ): Promise<void> {
    const ended = daysAgo(endedDaysAgo);
    const over = ['completed', 'rolled-back'].includes(status);
    await this.insert('sagas', {
      id: idToBytes(id),
      saga,
      version: 1,
      subject: idToBytes(subject),
      revision,
      status,
      step: over ? null : 'commit-stock',
      data: '{}',
      calls: '[]',
      started_at: new Date(ended.getTime() - 60_000),
      finished_at: over ? ended : null,
      deadline_at: over ? null : daysAgo(-1),
    });
    const rows = Array.from({ length: revision }, (_, index) => ({
      saga_id: idToBytes(id),
      revision: index + 1,
      saga,
      entries: '[]',
    }));
    await this.insert('saga_timeline', ...rows);
  }

  /** An order, and the saga that placed it, both as old. */
  async placed(status: string, endedDaysAgo: number): Promise<string> {
    const id = await this.order(status, endedDaysAgo);
    const ended = status === 'REJECTED' ? 'rolled-back' : 'completed';
    await this.saga(id, id, { endedDaysAgo, status: status === 'PENDING' ? 'running' : ended });
    return id;
  }
}
