import type { DataSource } from 'typeorm';
import { idToBytes } from '#libs/kernel/ids.js';
import type { Position } from './prunable.js';

/** A batch takes far less; a dead process's lease is taken over this much later. */
const leaseSeconds = 60;

/** A table that is one process's to prune, for now. */
export interface PruneLease {
  readonly table: string;
  /** What is older may go. */
  readonly before: Date;
  /** Where the pass was cut short under the previous lease; null: at the beginning. */
  readonly position: Position | null;
}

/**
 * How a lease ended. `through`: nothing old is left; the next one begins at `position`, or at the beginning. `cut-short`:
 * there is more, and whoever has the next lease goes on from there. `failed`: so does the next one, after a while.
 */
export type LeaseEnd =
  | { readonly result: 'through'; readonly position?: Position | null }
  | {
      readonly result: 'cut-short' | 'failed';
      readonly position: Position | null;
      readonly reached: Date | null;
    };

export interface Standing {
  readonly table: string;
  /** Since nothing old was left; if that was never so, since the table was first to be pruned. */
  readonly succeededSecondsAgo: number;
  /** How long ago the oldest row that was left behind could have gone. */
  readonly behindSeconds: number;
}

/**
 * Who prunes which table: leases in the rows of `housekeeping`. A row and not a lock of the server's
 * (GET_LOCK): that would hold a connection of the pool, and be kept by a process that hangs, for as long as it does; and
 * the row also remembers, over restarts and for whoever is next, how far a pass has come and when one was last finished.
 * Nothing breaks when two prune at once (a lease that ran out in a long batch): it is only twice the work.
 */
export class PruneLeases {
  constructor(
    private readonly source: DataSource,
    private readonly owner: string,
  ) {}

  async know(tables: readonly string[]): Promise<void> {
    for (const table of tables) {
      await this.source.query(
        `INSERT IGNORE INTO housekeeping (name, lease_until, due_at, behind_seconds, begun_at)
         VALUES (?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), 0, UTC_TIMESTAMP(6))`,
        [table],
      );
    }
  }

  /** Tables that are due, and that nobody is pruning. */
  async due(): Promise<ReadonlySet<string>> {
    const rows: { name: string }[] = await this.source.query(
      'SELECT name FROM housekeeping WHERE due_at <= UTC_TIMESTAMP(6) AND lease_until <= UTC_TIMESTAMP(6)',
    );
    return new Set(rows.map(({ name }) => name));
  }

  /** Null: somebody else was faster. */
  async take(table: string, keepMs: number): Promise<PruneLease | null> {
    const [clock]: { now: Date }[] = await this.source.query('SELECT UTC_TIMESTAMP(6) AS now');
    const before = new Date(clock!.now.getTime() - keepMs);
    // Before anything goes: whoever misses a row has to find here that it may have been pruned.
    const { affectedRows }: { affectedRows: number } = await this.source.query(
      `UPDATE housekeeping
          SET owner = ?, lease_until = UTC_TIMESTAMP(6) + INTERVAL ? SECOND,
              pruned_before = GREATEST(COALESCE(pruned_before, ?), ?)
        WHERE name = ? AND due_at <= UTC_TIMESTAMP(6) AND lease_until <= UTC_TIMESTAMP(6)`,
      [idToBytes(this.owner), leaseSeconds, before, before, table],
    );
    if (affectedRows === 0) return null;
    const [row]: { position: string | null }[] = await this.source.query(
      'SELECT position FROM housekeeping WHERE name = ?',
      [table],
    );
    return { table, before, position: row?.position ? (JSON.parse(row.position) as Position) : null };
  }

  /** Writes down how far the pass has come. @returns false when the lease is somebody else's by now. */
  async goOn({ table }: PruneLease, position: Position): Promise<boolean> {
    const { affectedRows }: { affectedRows: number } = await this.source.query(
      `UPDATE housekeeping SET position = ?, lease_until = UTC_TIMESTAMP(6) + INTERVAL ? SECOND
        WHERE name = ? AND owner = ?`,
      [JSON.stringify(position), leaseSeconds, table, idToBytes(this.owner)],
    );
    return affectedRows > 0;
  }

  async end({ table, before }: PruneLease, end: LeaseEnd, nextInMs: number): Promise<void> {
    const through = end.result === 'through';
    const position = end.position ? JSON.stringify(end.position) : null;
    const behindMs = through || end.reached === null ? 0 : before.getTime() - end.reached.getTime();
    await this.source.query(
      `UPDATE housekeeping
          SET owner = NULL, lease_until = UTC_TIMESTAMP(6), position = ?, behind_seconds = ?,
              due_at = UTC_TIMESTAMP(6) + INTERVAL ? MICROSECOND,
              succeeded_at = IF(?, UTC_TIMESTAMP(6), succeeded_at)
        WHERE name = ? AND owner = ?`,
      [
        position,
        Math.max(0, Math.round(behindMs / 1000)),
        Math.round(nextInMs * 1000),
        through,
        table,
        idToBytes(this.owner),
      ],
    );
  }
}

/** How pruning stands, whichever process did it. */
export async function standings(source: DataSource): Promise<Standing[]> {
  const rows: { name: string; age: string; behind: number }[] = await source.query(
    `SELECT name, behind_seconds AS behind,
            TIMESTAMPDIFF(MICROSECOND, COALESCE(succeeded_at, begun_at), UTC_TIMESTAMP(6)) AS age
       FROM housekeeping`,
  );
  return rows.map(({ name, age, behind }) => ({
    table: name,
    succeededSecondsAgo: Math.max(0, Number(age) / 1e6),
    behindSeconds: Number(behind),
  }));
}

/** Rows that were finished with before then may be missing because they were pruned; null: none ever was. */
export async function prunedBefore(source: DataSource, table: string): Promise<Date | null> {
  const [row]: { before: Date | null }[] = await source.query(
    'SELECT pruned_before AS `before` FROM housekeeping WHERE name = ?',
    [table],
  );
  return row?.before ?? null;
}
