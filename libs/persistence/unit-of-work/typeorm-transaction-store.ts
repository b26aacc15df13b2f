import type { DataSource } from 'typeorm';
import { forgetOldMarks, markIn, readMark, writeMark } from './commit-marker.sql.js';
import { ConnectionLost, LockTimeout } from '../database/errors.js';
import { GroupSession, inGroupSession } from './group-session.js';
import { keyText, type KeyText } from './key.js';
import { LostThreads } from './lost-threads.js';
import { whileInTransaction, type Engine, type SessionIdentity } from '../database/session.js';
import { TableStatements } from '../database/table-statements.js';
import type { AnyTable } from '../database/table.js';
import type {
  CommitMark,
  TableLoad,
  Transaction,
  TransactionOptions,
  TransactionStore,
} from './transaction-store.js';
import { TypeOrmTransaction, type TransactionOwner } from './typeorm-transaction.js';

/** Connecting and BEGIN wait for no lock: a server that needs longer for them has hung, or is out of connections. */
const beginSeconds = 5;

/**
 * A transaction that has not ended this long after its waits for locks has lost its server without being told (a host
 * that vanished, a process that was stopped): its connection is given up.
 */
const transactionSeconds = 10;

/** Reading a mark or a row takes a few statements. Longer than the server waits for a lock. */
const lookSeconds = 12;

/** The transactions of the group committer on MySQL or MariaDB, through TypeORM's query runners. */
export class TypeOrmTransactionStore implements TransactionStore, TransactionOwner {
  readonly engine: Engine;
  private readonly statements = new Map<AnyTable, TableStatements>();
  private readonly lostThreads: LostThreads;

  /** @param groups whose sessions are for groups (session.ts), and are used by nobody else. */
  constructor(private readonly groups: DataSource) {
    this.engine = groups.options.type as Engine;
    this.lostThreads = new LostThreads(groups);
  }

  async begin(mark: CommitMark, { lockWaitSeconds }: TransactionOptions): Promise<Transaction> {
    const isIdle = (thread: SessionIdentity): Promise<boolean> => this.lostThreads.isIdle(thread);
    const session = new GroupSession(this.groups, beginSeconds, isIdle);
    try {
      const waits = `innodb_lock_wait_timeout = ${lockWaitSeconds}${whileInTransaction(this.engine)}`;
      await session.query(`SET SESSION ${waits}; START TRANSACTION; ${writeMark(mark)}`);
      session.endsWithin(transactionSeconds + lockWaitSeconds);
    } catch (error) {
      this.abandon(session);
      // Whatever it is (no such database, no such user), no unit is to blame for it.
      throw error instanceof ConnectionLost
        ? error
        : new ConnectionLost('no transaction to be had', { cause: error });
    }
    return new TypeOrmTransaction(session, mark, this);
  }

  async lockedKeys(loads: readonly TableLoad[]): Promise<ReadonlyMap<AnyTable, ReadonlySet<KeyText>>> {
    const locked = new Map<AnyTable, ReadonlySet<KeyText>>();
    for (const { table, keys, mode } of loads) {
      if (mode === 'lock') locked.set(table, await this.lockedKeysOf(table, keys));
    }
    return locked;
  }

  async comesFree(table: AnyTable, key: unknown, seconds: number): Promise<boolean> {
    const [select] = this.statementsOf(table).selectByKeys([key], 'lock');
    try {
      return await inGroupSession(this.groups, seconds + transactionSeconds, async (session) => {
        await session.query(`SET SESSION innodb_lock_wait_timeout = ${seconds}`);
        await session.query(select!);
        await session.query('ROLLBACK');
        return true;
      });
    } catch (error) {
      if (error instanceof LockTimeout) return false;
      throw error;
    }
  }

  async wasCommitted({ committer, groupNumber }: CommitMark): Promise<boolean> {
    await this.lostThreads.end();
    return inGroupSession(this.groups, lookSeconds, async (session) => {
      // On another node of a cluster this sees what was committed on the one that is lost (session.ts).
      const last = markIn(await session.query(readMark({ committer }, 'lock')));
      // Written as well: a transaction that is still open on another node has written it, too, and cannot be committed
      // there once this is.
      await session.query(writeMark({ committer, groupNumber: last }));
      await session.query('COMMIT');
      return last >= groupNumber;
    });
  }

  /** Removes the marks of processes that are long gone. Nobody asks for them: an outcome is asked for within seconds. */
  async forgetOldMarks(): Promise<void> {
    await inGroupSession(this.groups, lookSeconds, (session) => session.query(`${forgetOldMarks}; COMMIT`));
  }

  statementsOf(table: AnyTable): TableStatements {
    let statements = this.statements.get(table);
    if (!statements) this.statements.set(table, (statements = new TableStatements(this.groups, table)));
    return statements;
  }

  abandon(session: GroupSession): void {
    const thread = session.abandon();
    if (!thread) return;
    this.lostThreads.add(thread);
    // Without a connection it cannot be ended; the next loss, or question, tries again.
    this.lostThreads.end().catch(() => undefined);
  }

  /** Those that are there and cannot be locked at once; all of them when the table itself is locked. */
  private async lockedKeysOf(table: AnyTable, keys: readonly unknown[]): Promise<ReadonlySet<KeyText>> {
    const statements = this.statementsOf(table);
    const keysIn = (rows: unknown): KeyText[] =>
      (rows as Record<string, unknown>[]).map((row) => keyText(table.keyOf(statements.rowFromDatabase(row))));
    try {
      return await inGroupSession(this.groups, lookSeconds, async (session) => {
        const locked = new Set<KeyText>();
        // Sees rows that are only being made, too.
        await session.query('SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED');
        for (const sql of statements.selectByKeys(keys, 'read')) {
          for (const key of keysIn(await session.query(sql))) locked.add(key);
        }
        for (const sql of statements.selectByKeys(keys, 'lock')) {
          for (const key of keysIn(await session.query(`${sql} SKIP LOCKED`))) locked.delete(key);
        }
        await session.query('ROLLBACK');
        return locked;
      });
    } catch (error) {
      if (error instanceof LockTimeout) return new Set(keys.map((key) => keyText(key)));
      throw error;
    }
  }
}
