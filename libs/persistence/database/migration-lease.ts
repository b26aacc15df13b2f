import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { Fault } from '#libs/kernel/errors.js';
import { idToBytes, newId } from '#libs/kernel/ids.js';
import { selfCommitted } from './self-committed.js';

const askEveryMs = 500;
const renewEveryMs = 60_000;

/** The lease of an instance that died while it migrated ends this much later. */
const leaseMinutes = 10;

/**
 * Who migrates on a Galera cluster, where a lock is known to one node only: a lease in a row, of which two nodes cannot
 * both commit a change. @throws Fault when another instance has it for longer than `waitSeconds`.
 */
export class MigrationLease {
  private readonly owner = idToBytes(newId());
  private renewal: NodeJS.Timeout | undefined;

  private constructor(private readonly source: DataSource) {}

  /** Runs `work` under the lease, or without one where the server is no node of a cluster. */
  static async around(source: DataSource, waitSeconds: number, work: () => Promise<unknown>): Promise<void> {
    if (!(await isNode(source))) return void (await work());
    const lease = new MigrationLease(source);
    await lease.take(waitSeconds);
    try {
      await work();
    } finally {
      await lease.end();
    }
  }

  private async take(waitSeconds: number): Promise<void> {
    await this.source.query(
      `CREATE TABLE IF NOT EXISTS migration_turn (
         id TINYINT UNSIGNED NOT NULL PRIMARY KEY, owner BINARY(16) NULL, lease_until DATETIME(6) NOT NULL
       ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`,
    );
    await selfCommitted(this.source, 'INSERT IGNORE INTO migration_turn VALUES (1, NULL, NOW(6))', []);
    const deadline = performance.now() + waitSeconds * 1000;
    while (!(await this.claim('owner IS NULL OR owner = ? OR lease_until < NOW(6)'))) {
      if (performance.now() > deadline) throw new Fault('another instance has been migrating for too long');
      await pause(askEveryMs);
    }
    this.renewal = setInterval(() => void this.claim('owner = ?').catch(() => undefined), renewEveryMs);
  }

  private async claim(condition: string): Promise<boolean> {
    const { affectedRows } = await selfCommitted<{ affectedRows: number }>(
      this.source,
      `UPDATE migration_turn SET owner = ?, lease_until = NOW(6) + INTERVAL ${leaseMinutes} MINUTE
        WHERE id = 1 AND (${condition})`,
      [this.owner, this.owner],
    );
    return affectedRows === 1;
  }

  private async end(): Promise<void> {
    clearInterval(this.renewal);
    await selfCommitted(this.source, 'UPDATE migration_turn SET owner = NULL WHERE owner = ?', [this.owner]);
  }
}

async function isNode(source: DataSource): Promise<boolean> {
  const [row] = await source.query<{ Value: string }[]>("SHOW VARIABLES LIKE 'wsrep_on'");
  return row?.Value === 'ON';
}
