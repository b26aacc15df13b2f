import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { systemClock } from '#libs/kernel/clock.js';
import {
  GroupCommitter,
  type GroupCommitterOptions,
} from '#libs/persistence/unit-of-work/group-committer.js';
import { openPoolBeside } from '#libs/persistence/database/data-source.js';
import { openDatabase } from '#libs/persistence/database/open-database.js';
import { CreateSampleTables1700000000000, sampleRows } from '#libs/persistence/testing/sample-rows.js';
import { TypeOrmTransactionStore } from '#libs/persistence/unit-of-work/typeorm-transaction-store.js';
import { createTestDatabases, type TestDatabases } from '../../support/database.js';

/** A database with the sample tables, and committers on it. */
export class SampleDatabase {
  private readonly committers: GroupCommitter[] = [];

  private constructor(
    private readonly databases: TestDatabases,
    readonly dataSource: DataSource,
    private readonly groups: DataSource,
  ) {}

  /** @param serverUrl default: the one that tests share. */
  static async create(serverUrl?: string): Promise<SampleDatabase> {
    const databases = await createTestDatabases(['samples'], serverUrl);
    const dataSource = await openDatabase({
      url: databases.url('samples'),
      rows: sampleRows,
      migrations: [CreateSampleTables1700000000000],
    });
    return new SampleDatabase(databases, dataSource, await openPoolBeside(dataSource, 16, 'groups'));
  }

  /** The same database by another address. */
  async at(url: string): Promise<SampleDatabase> {
    const settings = { url, rows: sampleRows, migrations: [], runMigrations: false };
    const source = await openDatabase(settings);
    return new SampleDatabase(this.databases, source, await openPoolBeside(source, 16, 'groups'));
  }

  get url(): string {
    return this.databases.url('samples');
  }

  committer(options: Partial<GroupCommitterOptions> = {}): GroupCommitter {
    const store = new TypeOrmTransactionStore(this.groups);
    const committer = new GroupCommitter({ store, clock: systemClock, ...options });
    this.committers.push(committer);
    return committer;
  }

  /** Connections of this database that wait for a row lock. */
  async waitingConnections(): Promise<number[]> {
    // The server goes on showing an old picture to whoever asks again within a tenth of a second.
    await pause(150);
    const rows = await this.dataSource.query<{ id: number }[]>(`
      SELECT trx_mysql_thread_id AS id FROM information_schema.innodb_trx
      JOIN information_schema.processlist ON processlist.id = trx_mysql_thread_id
      WHERE trx_state = 'LOCK WAIT' AND processlist.db = DATABASE()`);
    return rows.map(({ id }) => Number(id));
  }

  /** Ends the committers made so far and empties the tables. */
  async clear(): Promise<void> {
    await Promise.all(this.committers.splice(0).map((committer) => committer.close()));
    for (const table of ['counters', 'samples', 'memberships', 'commit_marker']) {
      await this.dataSource.query(`DELETE FROM ${table}`);
    }
  }

  async disconnect(): Promise<void> {
    await Promise.all(this.committers.splice(0).map((committer) => committer.close()));
    await this.groups.destroy();
    await this.dataSource.destroy();
  }

  async drop(): Promise<void> {
    await this.disconnect();
    await this.databases.drop();
  }
}
