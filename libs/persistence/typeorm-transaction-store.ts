import type { PoolConnection } from 'mysql2';
import type { DataSource, QueryRunner } from 'typeorm';
import { idToBytes } from '#libs/kernel/ids.js';
import { classify } from './database-errors.js';
import { ConnectionLost } from './errors.js';
import { TableStatements, type Statement } from './table-statements.js';
import type {
  AnyTable,
  CommitMark,
  TableChanges,
  Transaction,
  TransactionStore,
} from './transaction-store.js';
import type { Load } from './unit-of-work.js';

/**
 * A transaction that has not ended after this long has lost its server without being told (a host that vanished, a
 * process that was stopped): its connection is given up.
 */
const transactionSeconds = 30;

/** The transactions of the group committer on MySQL or MariaDB, through TypeORM's query runners. */
export class TypeOrmTransactionStore implements TransactionStore {
  private readonly statements = new Map<AnyTable, TableStatements>();

  constructor(private readonly dataSource: DataSource) {}

  async begin(): Promise<Transaction> {
    const session = new Session(this.dataSource.createQueryRunner());
    try {
      await session.run(() => session.runner.startTransaction());
    } catch (error) {
      session.abandon();
      // Whatever it is (no such database, no such user), no unit is to blame for it.
      throw error instanceof ConnectionLost
        ? error
        : new ConnectionLost('no transaction to be had', { cause: error });
    }
    return new TypeOrmTransaction(session, (table) => this.statementsOf(table));
  }

  async wasCommitted({ committer, groupNumber }: CommitMark): Promise<boolean> {
    const session = new Session(this.dataSource.createQueryRunner());
    try {
      // The lock waits for a transaction that is still ending on a connection that we have lost.
      const rows = (await session.run(() =>
        session.runner.query('SELECT group_number FROM commit_marker WHERE committer = ? FOR UPDATE', [
          idToBytes(committer),
        ]),
      )) as { group_number: number }[];
      await session.release();
      return rows[0] !== undefined && Number(rows[0].group_number) >= groupNumber;
    } catch (error) {
      session.abandon();
      throw error;
    }
  }

  private statementsOf(table: AnyTable): TableStatements {
    let statements = this.statements.get(table);
    if (!statements) this.statements.set(table, (statements = new TableStatements(this.dataSource, table)));
    return statements;
  }
}

class TypeOrmTransaction implements Transaction {
  constructor(
    private readonly session: Session,
    private readonly statementsOf: (table: AnyTable) => TableStatements,
  ) {}

  async load(table: AnyTable, keys: readonly unknown[], mode: Load['mode']): Promise<readonly object[]> {
    const statements = this.statementsOf(table);
    const rows: object[] = [];
    for (const statement of statements.selectByKeys(keys, mode)) {
      const found = (await this.query(statement, statements.name)) as Record<string, unknown>[];
      for (const raw of found) rows.push(statements.rowFromDatabase(raw));
    }
    return rows;
  }

  async write({ table, inserted, updated, removed }: TableChanges): Promise<void> {
    const statements = this.statementsOf(table);
    for (const statement of [
      ...statements.insert(inserted),
      ...statements.update(updated),
      ...statements.deleteByKeys(removed),
    ]) {
      await this.query(statement, statements.name);
    }
  }

  async mark({ committer, groupNumber }: CommitMark): Promise<void> {
    const sql = `INSERT INTO commit_marker (committer, group_number, committed_at) VALUES (?, ?, NOW(6))
      ON DUPLICATE KEY UPDATE group_number = VALUES(group_number), committed_at = VALUES(committed_at)`;
    await this.query([sql, [idToBytes(committer), groupNumber]], 'commit_marker');
  }

  async commit(): Promise<void> {
    const { session } = this;
    try {
      await session.run(() => session.runner.commitTransaction());
    } catch (error) {
      session.abandon();
      throw error;
    }
    await session.release();
  }

  async rollback(): Promise<void> {
    const { session } = this;
    try {
      await session.run(() => session.runner.rollbackTransaction());
      await session.release();
    } catch {
      session.abandon();
    }
  }

  private query([sql, parameters]: Statement, table: string): Promise<unknown> {
    return this.session.run(() => this.session.runner.query(sql, parameters), table);
  }
}

/** One pooled connection for the time of one transaction. */
class Session {
  private readonly deadline: Promise<never>;
  private readonly timer: NodeJS.Timeout;
  private lost = false;

  constructor(readonly runner: QueryRunner) {
    let expire!: (error: ConnectionLost) => void;
    this.deadline = new Promise<never>((_, reject) => (expire = reject));
    this.deadline.catch(() => undefined);
    this.timer = setTimeout(
      () => expire(new ConnectionLost(`no end of the transaction within ${transactionSeconds} s`)),
      transactionSeconds * 1000,
    );
  }

  /** @throws what `classify` makes of the failure. */
  async run<Result>(step: () => Promise<Result>, table?: string): Promise<Result> {
    if (this.lost) throw new ConnectionLost('the connection was lost before');
    try {
      return await Promise.race([step(), this.deadline]);
    } catch (error) {
      const classified = classify(error, table);
      this.lost ||= classified instanceof ConnectionLost;
      throw classified;
    }
  }

  async release(): Promise<void> {
    clearTimeout(this.timer);
    await this.runner.release();
  }

  /** Closes the connection instead of returning it to the pool: nobody knows what state it is in. */
  abandon(): void {
    clearTimeout(this.timer);
    const destroyed = this.runner
      .connect()
      .then((connection: PoolConnection) => connection.destroy())
      .catch(() => undefined);
    void destroyed.then(() => this.runner.release()).catch(() => undefined);
  }
}
