import { Defect, Fault, LoneFault, OutcomeUnknown } from '#libs/kernel/errors.js';

/**
 * The queue of waiting units, or the one for a connection, is full or closed for good, or no turn came in time. Nothing
 * was done; trying again later may work.
 */
export class Overloaded extends Fault {
  override readonly name: string = 'Overloaded';
}

/** Two transactions stood in each other's way (deadlock, lock timeout). Rolled back: nothing was written. */
export class Contention extends Fault {
  override readonly name: string = 'Contention';
}

/** A row, or a table, that was wanted is held by another session. Rolled back: nothing was written. */
export class LockTimeout extends Contention {
  override readonly name: string = 'LockTimeout';
}

/** The database cannot be reached, or went away. Before a COMMIT: nothing was written. At a COMMIT: not known. */
export class ConnectionLost extends Fault {
  override readonly name: string = 'ConnectionLost';
}

/**
 * The connection was lost at COMMIT, and the database stayed away too long to ask it for the outcome. The unit may have
 * been written or not; only running something idempotent again, or looking, can tell.
 */
export class CommitUnknown extends OutcomeUnknown {
  override readonly name: string = 'CommitUnknown';
}

/** A unit inserts a row whose key is taken, and goes on doing so on fresh rows: it should have loaded that key. */
export class DuplicateKey extends Defect {
  override readonly name: string = 'DuplicateKey';

  constructor(
    readonly table: string,
    options?: ErrorOptions,
  ) {
    super(`a row with this key exists already in ${table}`, options);
  }
}

/**
 * The server is there, but cannot do such a thing for now: its disk or its memory is full, its log does not take it.
 * Nothing was written.
 */
export class ServerFailing extends Fault {
  override readonly name: string = 'ServerFailing';
}

/**
 * The database reported an error that is in none of our lists (error-numbers.ts), and so is nobody's fault until that is
 * proven. It may be about this statement alone. Nothing was written.
 */
export class UnlistedError extends LoneFault {
  override readonly name: string = 'UnlistedError';
}

/** The database refused a statement for what it says: a value too long, a CHECK that does not hold, no such table. */
export class StatementRefused extends Defect {
  override readonly name: string = 'StatementRefused';
}
