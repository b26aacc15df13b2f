import type { PoolConnection } from 'mysql2';
import type { DataSource, QueryRunner } from 'typeorm';
import { idToBytes } from '#libs/kernel/ids.js';
import { classify } from './database-errors.js';
import { ConnectionLost } from './errors.js';
import { bytesLiteral } from './sql-literal.js';
import { TableStatements } from './table-statements.js';
import type {
  AnyTable,
  CommitMark,
  TableChanges,
  TableLoad,
  Transaction,
  TransactionStore,
} from './transaction-store.js';

/** Connecting and BEGIN wait for no lock: a server that needs longer for them has hung, or is out of connections. */
const beginSeconds = 5;

/**
 * A transaction that has not ended after this long has lost its server without being told (a host that vanished, a
 * process that was stopped): its connection is given up.
 */
const transactionSeconds = 30;

/** A little more than the lock wait: what is waited for is the end of a transaction that holds the mark's lock. */
const markSeconds = 12;

/** Of up to four bytes each; with one more statement still below every default of `max_allowed_packet`. */
const packetCharactersMax = 1024 * 1024;

/** The transactions of the group committer on MySQL or MariaDB, through TypeORM's query runners. */
export class TypeOrmTransactionStore implements TransactionStore {
  private readonly statements = new Map<AnyTable, TableStatements>();

  constructor(private readonly dataSource: DataSource) {}

  async begin(): Promise<Transaction> {
    const session = new Session(this.dataSource.createQueryRunner(), beginSeconds);
    try {
      await session.run(() => session.runner.startTransaction());
      session.endsWithin(transactionSeconds);
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
    const session = new Session(this.dataSource.createQueryRunner(), markSeconds);
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

  /** Removes the marks of processes that are long gone. Nobody asks for them: an outcome is asked for within seconds. */
  async forgetOldMarks(): Promise<void> {
    await this.dataSource.query('DELETE FROM commit_marker WHERE committed_at < NOW(6) - INTERVAL 1 DAY');
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

  async load(tables: readonly TableLoad[]): Promise<readonly (readonly object[])[]> {
    const asked = tables.map(({ table, keys, mode }) => {
      const statements = this.statementsOf(table);
      return { statements, sql: statements.selectByKeys(keys, mode) };
    });
    const results = await this.send(asked.flatMap(({ statements, sql }) => namedBy(statements, sql)));
    return asked.map(({ statements, sql }) =>
      results.splice(0, sql.length).flatMap((raw) => {
        return (raw as Record<string, unknown>[]).map((row) => statements.rowFromDatabase(row));
      }),
    );
  }

  async write(changes: readonly TableChanges[], { committer, groupNumber }: CommitMark): Promise<void> {
    const written = changes.flatMap(({ table, inserted, updated, removed }) => {
      const statements = this.statementsOf(table);
      return namedBy(statements, [
        ...statements.insert(inserted),
        ...statements.update(updated),
        ...statements.deleteByKeys(removed),
      ]);
    });
    const mark = `INSERT INTO commit_marker (committer, group_number, committed_at)
      VALUES (${bytesLiteral(idToBytes(committer))}, ${groupNumber}, NOW(6))
      ON DUPLICATE KEY UPDATE group_number = VALUES(group_number), committed_at = VALUES(committed_at)`;
    await this.send([...written, { table: 'commit_marker', sql: mark }]);
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

  /**
   * Sends statements without waiting for each other's results, which are then in their order. The server stops at the
   * first that fails.
   */
  private async send(statements: readonly Statement[]): Promise<unknown[]> {
    const results: unknown[] = [];
    for (const together of packetsOf(statements)) {
      const sql = together.map((statement) => statement.sql).join(';');
      const tables = [...new Set(together.map(({ table }) => table))].join(', ');
      const answered: unknown = await this.session.run(() => this.session.runner.query(sql), tables);
      results.push(...(together.length === 1 ? [answered] : (answered as unknown[])));
    }
    return results;
  }
}

interface Statement {
  readonly table: string;
  readonly sql: string;
}

const namedBy = ({ name }: TableStatements, sql: readonly string[]): Statement[] =>
  sql.map((each) => ({ table: name, sql: each }));

function packetsOf(statements: readonly Statement[]): Statement[][] {
  const packets: Statement[][] = [];
  let characters = Infinity;
  for (const statement of statements) {
    characters += statement.sql.length;
    if (characters > packetCharactersMax) {
      packets.push([]);
      characters = statement.sql.length;
    }
    packets.at(-1)!.push(statement);
  }
  return packets;
}

/** One pooled connection for the time of one transaction. */
class Session {
  private readonly expired: Promise<never>;
  private expire!: (error: ConnectionLost) => void;
  private timer: NodeJS.Timeout | undefined;
  private lost = false;

  constructor(
    readonly runner: QueryRunner,
    seconds: number,
  ) {
    this.expired = new Promise<never>((_, reject) => (this.expire = reject));
    this.expired.catch(() => undefined);
    this.endsWithin(seconds);
  }

  endsWithin(seconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => this.expire(new ConnectionLost(`the database has not answered for ${seconds} s`)),
      seconds * 1000,
    );
  }

  /** @throws what `classify` makes of the failure. */
  async run<Result>(step: () => Promise<Result>, table?: string): Promise<Result> {
    if (this.lost) throw new ConnectionLost('the connection was lost before');
    try {
      return await Promise.race([step(), this.expired]);
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
