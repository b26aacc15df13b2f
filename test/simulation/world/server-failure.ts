import { classify } from '#libs/persistence/database/database-errors.js';

/** What a server says to whoever writes: it is there, and its rows can be read. One of these is in none of our lists. */
const failures = {
  'disk-full': { errno: 1114, code: 'ER_RECORD_FILE_FULL', sqlState: 'HY000' },
  'read-only': { errno: 1290, code: 'ER_OPTION_PREVENTS_STATEMENT', sqlState: 'HY000' },
  'log-refuses': { errno: 1665, code: 'ER_BINLOG_STMT_MODE_AND_ROW_ENGINE', sqlState: 'HY000' },
  'never-heard-of': { errno: 9_999, code: 'ER_NEVER_HEARD_OF', sqlState: 'HY000' },
} as const;

export type ServerFailure = keyof typeof failures;
export const serverFailures = Object.keys(failures) as ServerFailure[];

/** As a session gives it on: the driver's error, classified by the lists that production has. */
export const failureOf = (failure: ServerFailure): Error =>
  classify(Object.assign(new Error(failure), failures[failure])) as Error;
