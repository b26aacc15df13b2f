import { ConnectionLost, Contention, DuplicateKey, LockTimeout, StatementRefused } from './errors.js';

/** Names and numbers: https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html, mariadb.com/kb/en/mariadb-error-codes */
const lockTimeouts = new Set([
  1205, // lock wait timeout
  3572, // NOWAIT
]);

const interruptions = new Set([
  1317, // query interrupted
  1969, // MariaDB: longer than max_statement_time
  3024, // MySQL: longer than max_execution_time
]);

const contention = new Set([
  1206, // lock table full
  1213, // deadlock; on a Galera cluster also at COMMIT
  ...interruptions,
  3101, // rolled back at COMMIT by group replication
]);

const duplicateKey = new Set([1062, 1586]);

/** The server is there, but not for us, or not now. */
const away = new Set([
  1021, // disk full
  1040, // too many connections
  1047, // Galera node not ready
  1053, // shutting down
  1129, // host blocked
  1152, // connection aborted
  1158,
  1159,
  1160,
  1161, // network read and write errors and timeouts
  1184,
  1203, // too many connections of this user
  1226, // resource limit of this user
  1290, // read only: a fail-over is under way
  1792,
  1836,
  1927, // MariaDB: connection killed
  2013,
  3168, // server isn't available
  3169, // session killed
  4031, // idle for too long
]);

/** Whether somebody, or a limit of the server, has interrupted the statement. @param error of {@link classify}. */
export function isInterruption(error: Error): boolean {
  const { errno } = particularsOf(error.cause);
  return typeof errno === 'number' && interruptions.has(errno);
}

/** The kind of an error of the driver or of TypeORM. Errors of other origins pass through as they are. */
export function classify(error: unknown, table?: string): unknown {
  const { errno, code, fatal, sqlState } = particularsOf(error);
  const options = { cause: error };
  if (typeof errno === 'number' && errno > 0 && sqlState !== undefined) {
    if (lockTimeouts.has(errno)) return new LockTimeout(messageOf(error), options);
    if (contention.has(errno)) return new Contention(messageOf(error), options);
    if (duplicateKey.has(errno)) return new DuplicateKey(table ?? 'a table', options);
    if (away.has(errno)) return new ConnectionLost(messageOf(error), options);
    return new StatementRefused(table ? `${table}: ${messageOf(error)}` : messageOf(error), options);
  }
  // Without an SQL state it is the network's, the driver's or the pool's.
  if (fatal || code !== undefined || errno !== undefined || isPoolError(error)) {
    return new ConnectionLost(messageOf(error), options);
  }
  return error;
}

interface Particulars {
  readonly errno?: unknown;
  readonly code?: unknown;
  readonly fatal?: unknown;
  readonly sqlState?: unknown;
}

function particularsOf(error: unknown): Particulars {
  if (typeof error !== 'object' || error === null) return {};
  // TypeORM wraps the driver's error, and copies only some of it.
  const inner = 'driverError' in error ? error.driverError : error;
  return typeof inner === 'object' && inner !== null ? inner : {};
}

/** mysql2 says these by message alone. */
const isPoolError = (error: unknown): boolean =>
  /^(Pool is closed|Queue limit reached|No connections available|Can't add new command|Can't write in closed)/.test(
    messageOf(error),
  );

/**
 * TypeORM's message is the driver's; neither repeats the statement's values, except duplicate keys, which are not kept.
 */
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
