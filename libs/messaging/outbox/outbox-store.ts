import type { DataSource, EntityManager } from 'typeorm';
import { bytesToId, idToBytes } from '#libs/kernel/ids.js';
import type { OutboxRow, OutboxState } from './outbox.row.js';

/** What a relay needs of a row. */
export interface ClaimedRow extends Pick<
  OutboxRow,
  | 'id'
  | 'subject'
  | 'type'
  | 'exchange'
  | 'routingKey'
  | 'alsoRoutedAs'
  | 'mandatory'
  | 'body'
  | 'attempts'
  | 'messageId'
  | 'redriveOf'
  | 'firstSender'
> {
  fence: number;
  /** Since its commit, by the database's clock, when it was taken. */
  readonly ageSeconds: number;
}

/** Where a row goes. */
export type Destination = Pick<OutboxRow, 'exchange' | 'routingKey'>;

export interface OutboxStats {
  readonly pending: number;
  readonly parked: number;
  /** Of the oldest row that is not parked; 0 without any. */
  readonly oldestAgeSeconds: number;
}

type Leased = Pick<ClaimedRow, 'id' | 'fence'>;

/** The outbox table as a relay sees it. Leases are by the database's clock alone. */
export interface OutboxStore {
  /**
   * Leases to `owner` up to `limit` rows that nobody is sending, oldest lease first. Passes over rows that another
   * relay is just claiming, rows behind a failing or parked one of their subject, and rows to destinations that are not
   * wanted.
   */
  claim(
    owner: string,
    limit: number,
    leaseSeconds: number,
    except: readonly Destination[],
  ): Promise<ClaimedRow[]>;
  /** @returns the ids whose lease is still `owner`'s, and is renewed. */
  renew(owner: string, rows: readonly Leased[], leaseSeconds: number): Promise<ReadonlySet<string>>;
  /** Deletes rows that the broker has confirmed, where owner and fence still match. */
  remove(owner: string, rows: readonly Leased[]): Promise<void>;
  /** Makes rows claimable at once. */
  release(owner: string, rows: readonly Leased[]): Promise<void>;
  /** Records a failed try. A row that is not parked may be claimed again after `waitSeconds`. */
  recordFailure(
    owner: string,
    row: Leased,
    failure: { state: OutboxState; attempts: number; error: string; waitSeconds: number },
  ): Promise<void>;
  /** Subjects with a failing or parked row. */
  heldSubjects(): Promise<ReadonlySet<string>>;
  stats(): Promise<OutboxStats>;
}

/** In one statement; more would make long transactions out of short ones. */
const maxRowsPerStatement = 500;
const maxHeldSubjects = 10_000;

export class SqlOutboxStore implements OutboxStore {
  constructor(private readonly dataSource: DataSource) {}

  async claim(
    owner: string,
    limit: number,
    leaseSeconds: number,
    except: readonly Destination[] = [],
  ): Promise<ClaimedRow[]> {
    const most = Math.min(limit, maxRowsPerStatement);
    return this.dataSource.transaction(async (manager) => {
      const unsent = await selectClaimable(manager, 'unsent', most, except);
      const failing =
        unsent.length < most ? await selectClaimable(manager, 'failing', most - unsent.length, except) : [];
      const rows = [...unsent, ...failing].sort((a, b) => Buffer.compare(a.id, b.id));
      if (rows.length === 0) return [];
      await manager.query(
        `UPDATE outbox SET owner = ?, fence = fence + 1, lease_until = UTC_TIMESTAMP(6) + INTERVAL ? SECOND
         WHERE id IN (?)`,
        [idToBytes(owner), leaseSeconds, rows.map(({ id }) => id)],
      );
      return rows.map(({ id, messageId, redriveOf, fence, mandatory, ageMicroseconds, ...row }) => ({
        ...row,
        id: bytesToId(id),
        messageId: messageId && bytesToId(messageId),
        redriveOf: redriveOf && bytesToId(redriveOf),
        fence: fence + 1,
        mandatory: Boolean(mandatory),
        ageSeconds: Math.max(0, Number(ageMicroseconds) / 1e6),
      }));
    });
  }

  async renew(owner: string, rows: readonly Leased[], leaseSeconds: number): Promise<ReadonlySet<string>> {
    const ours = new Set<string>();
    for (const ids of keysInOrder(rows)) {
      await this.dataSource.query(
        `UPDATE outbox SET lease_until = UTC_TIMESTAMP(6) + INTERVAL ? SECOND WHERE id IN (?) AND owner = ?`,
        [leaseSeconds, ids, idToBytes(owner)],
      );
      const left: { id: Buffer }[] = await this.dataSource.query(
        `SELECT id FROM outbox WHERE id IN (?) AND owner = ?`,
        [ids, idToBytes(owner)],
      );
      for (const { id } of left) ours.add(bytesToId(id));
    }
    return ours;
  }

  async remove(owner: string, rows: readonly Leased[]): Promise<void> {
    for (const [fence, ofFence] of byFence(rows)) {
      // In key order: deletes by random keys deadlocked with each other.
      for (const ids of keysInOrder(ofFence)) {
        await this.dataSource.query(`DELETE FROM outbox WHERE id IN (?) AND owner = ? AND fence = ?`, [
          ids,
          idToBytes(owner),
          fence,
        ]);
      }
    }
  }

  async release(owner: string, rows: readonly Leased[]): Promise<void> {
    for (const ids of keysInOrder(rows)) {
      await this.dataSource.query(
        `UPDATE outbox SET lease_until = UTC_TIMESTAMP(6) WHERE id IN (?) AND owner = ?`,
        [ids, idToBytes(owner)],
      );
    }
  }

  async recordFailure(
    owner: string,
    { id, fence }: Leased,
    failure: { state: OutboxState; attempts: number; error: string; waitSeconds: number },
  ): Promise<void> {
    await this.dataSource.query(
      `UPDATE outbox SET state = ?, attempts = ?, last_error = ?,
         lease_until = UTC_TIMESTAMP(6) + INTERVAL ? SECOND
       WHERE id = ? AND owner = ? AND fence = ?`,
      [
        failure.state,
        failure.attempts,
        failure.error.slice(0, 200),
        failure.waitSeconds,
        idToBytes(id),
        idToBytes(owner),
        fence,
      ],
    );
  }

  async heldSubjects(): Promise<ReadonlySet<string>> {
    const rows: { subject: string }[] = await this.dataSource.query(
      `SELECT DISTINCT subject FROM outbox WHERE state IN ('failing', 'parked') LIMIT ${maxHeldSubjects}`,
    );
    return new Set(rows.map(({ subject }) => subject));
  }

  async stats(): Promise<OutboxStats> {
    const counts: { state: OutboxState; number: string }[] = await this.dataSource.query(
      `SELECT state, COUNT(*) AS number FROM outbox GROUP BY state`,
    );
    const oldest: { age: string }[] = await this.dataSource.query(
      `SELECT TIMESTAMPDIFF(MICROSECOND, created_at, UTC_TIMESTAMP(6)) AS age
       FROM outbox WHERE state <> 'parked' ORDER BY id LIMIT 1`,
    );
    const of = (...states: OutboxState[]): number =>
      counts.reduce((sum, { state, number }) => sum + (states.includes(state) ? Number(number) : 0), 0);
    return {
      pending: of('unsent', 'failing'),
      parked: of('parked'),
      oldestAgeSeconds: Math.max(0, Number(oldest[0]?.age ?? 0) / 1e6),
    };
  }
}

interface SelectedRow extends Omit<
  ClaimedRow,
  'id' | 'messageId' | 'redriveOf' | 'mandatory' | 'ageSeconds'
> {
  readonly id: Buffer;
  readonly messageId: Buffer | null;
  readonly redriveOf: Buffer | null;
  readonly mandatory: number;
  readonly ageMicroseconds: string;
}

/**
 * FORCE INDEX: on a small table the optimiser would rather read all rows, and with FOR UPDATE lock them, too, the ones
 * that are on their way included.
 */
const selectClaimable = (
  manager: EntityManager,
  state: 'unsent' | 'failing',
  limit: number,
  except: readonly Destination[],
): Promise<SelectedRow[]> =>
  manager.query(
    `SELECT id, subject, type, exchange, routing_key AS routingKey, also_routed_as AS alsoRoutedAs, mandatory, body,
       message_id AS messageId, redrive_of AS redriveOf, first_sender AS firstSender, fence, attempts,
       TIMESTAMPDIFF(MICROSECOND, created_at, UTC_TIMESTAMP(6)) AS ageMicroseconds
     FROM outbox AS claimable FORCE INDEX (outbox_claim)
     WHERE state = ? AND lease_until <= UTC_TIMESTAMP(6)
       AND NOT EXISTS (
         SELECT 1 FROM outbox AS earlier
         WHERE earlier.state IN ('failing', 'parked')
           AND earlier.subject = claimable.subject AND earlier.id < claimable.id)
       ${except.map(() => 'AND NOT (exchange = ? AND routing_key = ?)').join(' ')}
     ORDER BY lease_until, id
     LIMIT ?
     FOR UPDATE SKIP LOCKED`,
    [state, ...except.flatMap(({ exchange, routingKey }) => [exchange, routingKey]), limit],
  );

function* keysInOrder(rows: readonly Leased[]): Iterable<Buffer[]> {
  const keys = rows.map(({ id }) => idToBytes(id)).sort(Buffer.compare);
  for (let start = 0; start < keys.length; start += maxRowsPerStatement) {
    yield keys.slice(start, start + maxRowsPerStatement);
  }
}

function byFence(rows: readonly Leased[]): Map<number, Leased[]> {
  const groups = new Map<number, Leased[]>();
  for (const row of rows) {
    const group = groups.get(row.fence);
    if (group) group.push(row);
    else groups.set(row.fence, [row]);
  }
  return groups;
}
