import { isInterruption } from '../database/database-errors.js';
import { ConnectionLost, Contention } from '../database/errors.js';
import { markIn, readMark } from './commit-marker.sql.js';
import type { GroupSession } from './group-session.js';
import { afterTransaction, maxPacketCharacters, type Engine } from '../database/session.js';
import type { TableStatements } from '../database/table-statements.js';
import type { AnyTable } from '../database/table.js';
import type { CommitMark, TableChanges, TableLoad, Transaction } from './transaction-store.js';

/** What a transaction needs of its store. */
export interface TransactionOwner {
  readonly engine: Engine;
  statementsOf(table: AnyTable): TableStatements;
  /** Gives the session up, and has the server end what is left of it. */
  abandon(session: GroupSession): void;
}

/** One transaction of the group committer. */
export class TypeOrmTransaction implements Transaction {
  constructor(
    private readonly session: GroupSession,
    private readonly mark: CommitMark,
    private readonly store: TransactionOwner,
  ) {}

  async load(tables: readonly TableLoad[]): Promise<readonly (readonly object[])[]> {
    const asked = tables.map(({ table, keys, mode }) => {
      const statements = this.store.statementsOf(table);
      return { statements, sql: statements.selectByKeys(keys, mode) };
    });
    const results = await this.send(asked.flatMap(({ statements, sql }) => namedBy(statements, sql)));
    return asked.map(({ statements, sql }) =>
      results.splice(0, sql.length).flatMap((raw) => {
        return (raw as Record<string, unknown>[]).map((row) => statements.rowFromDatabase(row));
      }),
    );
  }

  async write(changes: readonly TableChanges[]): Promise<void> {
    const written = changes.flatMap(({ table, inserted, updated, removed }) => {
      const statements = this.store.statementsOf(table);
      return namedBy(statements, [
        ...statements.insert(inserted),
        ...statements.update(updated),
        ...statements.deleteByKeys(removed),
      ]);
    });
    const results = await this.send([
      ...written,
      { table: 'commit_marker', sql: readMark(this.mark, 'read') },
    ]);
    if (markIn(results.at(-1)) !== this.mark.groupNumber) {
      throw new Contention('the server ended the transaction in the middle');
    }
  }

  async commit(): Promise<void> {
    const { session } = this;
    try {
      await session.query(`COMMIT${afterTransaction(this.store.engine)}`);
    } catch (error) {
      if (error instanceof Contention && !isInterruption(error)) {
        // Not begun, or undone: ROLLBACK makes sure that nothing of it is left open.
        await this.rollback();
        throw new Contention(error.message, { cause: error });
      }
      // Nobody knows, not even after an interruption: a KILL may have come too late.
      this.store.abandon(session);
      throw error instanceof Contention ? new ConnectionLost(error.message, { cause: error }) : error;
    }
    await session.release();
  }

  async rollback(): Promise<void> {
    const { session } = this;
    try {
      await session.query(`ROLLBACK${afterTransaction(this.store.engine)}`);
      await session.release();
    } catch {
      this.store.abandon(session);
    }
  }

  /**
   * Sends statements without waiting for each other's results, which come in their order. The server stops at the first
   * that fails.
   */
  private async send(statements: readonly Statement[]): Promise<unknown[]> {
    const results: unknown[] = [];
    for (const together of packetsOf(statements)) {
      const sql = together.map((statement) => statement.sql).join(';');
      const tables = [...new Set(together.map(({ table }) => table))].join(', ');
      const answered = await this.session.query(sql, tables);
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
    if (characters > maxPacketCharacters) {
      packets.push([]);
      characters = statement.sql.length;
    }
    packets.at(-1)!.push(statement);
  }
  return packets;
}
