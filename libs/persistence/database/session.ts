import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import type { Pool, PoolConnection, RowDataPacket } from 'mysql2';
import { queryLimits, type LimitedUse } from './query-limits.js';

/**
 * What a pool's connections are for. `groups`: transactions of the group committer, which limits its own time. `queries`,
 * `background`, `health`: queries have a time limit (query-limits.ts). `statements`: anything, for as long as it takes:
 * migrations.
 */
export type SessionUse = 'statements' | 'groups' | LimitedUse;

export type Engine = 'mysql' | 'mariadb';

/**
 * A session that is idle in the middle of a transaction for this long belongs to a process that has stopped, or to a line
 * that was lost without notice. The server ends it, and what it has locked is free.
 */
export const idleTransactionSeconds = 10;

/** Of up to four bytes each; with one more statement still below every default of `max_allowed_packet`. */
export const maxPacketCharacters = 1024 * 1024;

/** How long a single statement waits for a row that another session holds. */
const statementLockWaitSeconds = 10;

/** Waiting for the end of an ALTER TABLE is no better than waiting for a row. */
const metadataLockWaitSeconds = 2;

/** An idle connection of a pool is closed by the server after this long: its own default, which may have been changed. */
const idleConnectionSeconds = 28_800;

/**
 * All that we rely on, because a server may have other defaults. READ COMMITTED, because REPEATABLE READ's gap locks
 * deadlock under concurrent inserts; strict, because a value that is silently cut is a lost one; UTC, because DATETIME has no
 * zone; lock waits that end before callers have given up; every check of rows; every row of a result.
 *
 * Groups are without autocommit. Their statements travel together, and a Galera node that is made to abort a transaction in
 * the middle of a packet would commit the rest of it statement by statement.
 */
function settingsFor(engine: Engine, use: SessionUse): string[] {
  return [
    // Some servers do not take the one that the client names when it connects.
    'SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci',
    'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE',
    `SET SESSION time_zone = '+00:00',
       sql_mode = 'STRICT_ALL_TABLES,ONLY_FULL_GROUP_BY,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
       innodb_lock_wait_timeout = ${statementLockWaitSeconds},
       lock_wait_timeout = ${use === 'statements' ? statementLockWaitSeconds : metadataLockWaitSeconds},
       wait_timeout = ${idleConnectionSeconds},
       autocommit = ${use === 'groups' ? 0 : 1},
       completion_type = 'NO_CHAIN',
       default_storage_engine = 'InnoDB',
       unique_checks = 1,
       foreign_key_checks = 1,
       sql_safe_updates = 0,
       sql_big_selects = 1,
       sql_select_limit = 18446744073709551615,
       sql_auto_is_null = 0,
       ${statementTimeFor(engine, use)}`,
    ...(engine === 'mariadb'
      ? [`SET SESSION idle_transaction_timeout = ${idleTransactionSeconds}, check_constraint_checks = 1`]
      : []),
  ];
}

/** The server ends what nobody waits for any more. MySQL does so with SELECTs only. 0: any time. */
function statementTimeFor(engine: Engine, use: SessionUse): string {
  const seconds = use === 'statements' || use === 'groups' ? 0 : queryLimits[use].statementSeconds;
  return engine === 'mysql' ? `max_execution_time = ${seconds * 1_000}` : `max_statement_time = ${seconds}`;
}

/**
 * MySQL has no timeout for idle transactions, only one for idle connections: it is short while a transaction is open.
 */
export const whileInTransaction = (engine: Engine): string =>
  engine === 'mysql' ? `, wait_timeout = ${idleTransactionSeconds}` : '';

/** What undoes {@link whileInTransaction}, in the packet that ends the transaction. */
export const afterTransaction = (engine: Engine): string =>
  engine === 'mysql' ? `; SET SESSION wait_timeout = ${idleConnectionSeconds}` : '';

/**
 * On a node of a Galera cluster a group waits until it sees what was committed on any other before it began: otherwise
 * the reply to a command could meet a node that does not have the saga yet, and be taken for nobody's. Whatever the
 * engine: there are such clusters of both, and servers of both without the setting.
 */
const groupsSeeOtherNodes = 'SET SESSION wsrep_sync_wait = 1';

const unknownSetting = 1193;

/** Which thread of which server a connection is. */
export interface SessionIdentity {
  readonly threadId: number;
  /** Behind a proxy the next connection may lead to another server, where the same number is somebody else. */
  readonly server: string;
}

const servers = new WeakMap<PoolConnection, string>();

export const serverExpression = `CONCAT(@@hostname, ':', @@port)`;

/** Null before the session is set up. */
export function sessionIdentity(connection: PoolConnection): SessionIdentity | null {
  const server = servers.get(connection);
  return server === undefined || !connection.threadId ? null : { threadId: connection.threadId, server };
}

/** Closes a connection whose server may not answer any more: one that is merely ended would stay until it does. */
export function closeNow(connection: PoolConnection): void {
  connection.destroy();
  const { stream } = connection as unknown as { readonly stream: Socket };
  stream.destroy();
}

interface Mysql2 {
  createPool(options: object): Pool;
}

const mysql2 = createRequire(import.meta.url)('mysql2') as Mysql2;

/**
 * mysql2 with sessions set up as they open. Given to TypeORM as its driver: that way the very first connection is set
 * up too, and each costs its round trips once instead of once per transaction.
 */
export const driverWithSessions = (engine: Engine, use: SessionUse): Mysql2 => ({
  ...mysql2,
  createPool: (options) => {
    const pool = mysql2.createPool(options);
    pool.on('connection', (connection: PoolConnection) => {
      setUp(connection, settingsFor(engine, use));
      if (use === 'groups') set(connection, groupsSeeOtherNodes, [unknownSetting]);
    });
    return pool;
  },
});

function setUp(connection: PoolConnection, settings: readonly string[]): void {
  // Queued in front of whatever the connection was opened for.
  for (const setting of settings) set(connection, setting);
  connection.query<RowDataPacket[]>(`SELECT ${serverExpression} AS server`, (error, rows) => {
    if (!error) servers.set(connection, String(rows[0]?.['server']));
  });
}

function set(connection: PoolConnection, setting: string, errorsToIgnore: readonly number[] = []): void {
  connection.query(setting, (error) => {
    // A connection with unknown settings must not be used: under REPEATABLE READ it would be wrong silently.
    if (error && !errorsToIgnore.includes(error.errno ?? 0)) connection.destroy();
  });
}
