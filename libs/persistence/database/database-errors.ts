import {
  away,
  contention,
  denied,
  duplicateKeys,
  failing,
  interruptions,
  isOfTheMachine,
  lockTimeouts,
  proven,
  provenStates,
} from './error-numbers.js';
import {
  ConnectionLost,
  Contention,
  DuplicateKey,
  LockTimeout,
  ServerFailing,
  StatementRefused,
  UnlistedError,
} from './errors.js';

/** Whether somebody, or a limit of the server, has interrupted the statement. @param error of {@link classify}. */
export function isInterruption(error: Error): boolean {
  const { errno } = particularsOf(error.cause);
  return typeof errno === 'number' && interruptions.has(errno);
}

/** Whether the server says that the user has no right to it, here or in what led to the error. */
export function isDenied(error: unknown): boolean {
  const { errno } = particularsOf(error);
  if (typeof errno === 'number' && denied.has(errno)) return true;
  return error instanceof Error && error.cause !== undefined && isDenied(error.cause);
}

/**
 * The kind of an error of the driver or of TypeORM. What the server says and nobody has listed is a fault: a defect is
 * only what is proven. Errors of other origins pass through as they are.
 */
export function classify(error: unknown, table?: string): unknown {
  const { errno, code, fatal, sqlState } = particularsOf(error);
  const options = { cause: error };
  if (typeof errno === 'number' && errno > 0 && sqlState !== undefined) {
    const text = messageOf(error);
    if (lockTimeouts.has(errno)) return new LockTimeout(text, options);
    if (contention.has(errno) || interruptions.has(errno)) return new Contention(text, options);
    if (duplicateKeys.has(errno)) return new DuplicateKey(table ?? 'a table', options);
    if (away.has(errno)) return new ConnectionLost(text, options);
    if (failing.has(errno) || isOfTheMachine(errno)) return new ServerFailing(text, options);
    const named = table ? `${table}: ${text}` : text;
    return proven.has(errno) || provenStates.test(String(sqlState))
      ? new StatementRefused(named, options)
      : new UnlistedError(`${named} (error ${errno})`, options);
  }
  if (isOurs(error)) return error;
  // Without an SQL state it is the network's, the driver's or the pool's.
  if (fatal || code !== undefined || errno !== undefined || isPoolError(error)) {
    return new ConnectionLost(messageOf(error), options);
  }
  return isOfTheDriver(error) ? new UnlistedError(messageOf(error), options) : error;
}

interface Particulars {
  readonly errno?: unknown;
  readonly code?: unknown;
  readonly fatal?: unknown;
  readonly sqlState?: unknown;
}

function particularsOf(error: unknown): Particulars {
  if (typeof error !== 'object' || error === null) return {};
  const inner = innerOf(error);
  return typeof inner === 'object' && inner !== null ? inner : {};
}

/** TypeORM wraps the driver's error, and copies only some of it. */
const isOfTheDriver = (error: unknown): error is { readonly driverError: unknown } =>
  typeof error === 'object' && error !== null && 'driverError' in error;

const innerOf = (error: unknown): unknown => (isOfTheDriver(error) ? error.driverError : error);

/** Node gives its complaints about arguments a code, too. */
const isOurs = (error: unknown): boolean => {
  const inner = innerOf(error);
  return inner instanceof TypeError || inner instanceof RangeError;
};

/** mysql2 says these by message alone. */
const isPoolError = (error: unknown): boolean =>
  /^(Pool is closed|Queue limit reached|No connections available|Can't add new command|Can't write in closed)/.test(
    messageOf(error),
  );

/**
 * TypeORM's message is the driver's; neither repeats the statement's values, except duplicate keys, which are not kept.
 */
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
