import type { AnyTable } from '../database/table.js';
import type { KeyText } from './key.js';
import type { Load } from './unit-of-work.js';

/**
 * What the group committer needs of a database. Implemented on TypeORM (typeorm-transaction-store.ts) and in memory
 * (testing/); everything about grouping, repeating and taking apart is above this line, and tested without I/O.
 */
export interface TransactionStore {
  /**
   * Begins a transaction and writes its mark: first of all, so that whoever still holds the mark at the end has held
   * everything locked since.
   * @throws ConnectionLost when the database cannot be reached.
   */
  begin(mark: CommitMark, options: TransactionOptions): Promise<Transaction>;

  /**
   * Which of these keys, of the tables that are to be locked, belong to rows that other sessions have locked or are making.
   * For finding out what a LockTimeout was about; may miss some.
   */
  lockedKeys(loads: readonly TableLoad[]): Promise<ReadonlyMap<AnyTable, ReadonlySet<KeyText>>>;

  /**
   * Waits until no other session has the row locked, holding nothing that others want, then or afterwards.
   * @returns false when it is still locked after `seconds`.
   */
  comesFree(table: AnyTable, key: unknown, seconds: number): Promise<boolean>;

  /**
   * Whether the transaction with this mark was committed. Ends one that is still open on a connection that was lost: after
   * the answer it cannot be committed any more.
   * @throws ConnectionLost or Contention when it cannot tell yet.
   */
  wasCommitted(mark: CommitMark): Promise<boolean>;
}

export interface TransactionOptions {
  /** How long one statement waits for a row that another session holds, in whole seconds. */
  readonly lockWaitSeconds: number;
}

/**
 * Ends with exactly one call of `commit` or `rollback`. Until then every method may throw:
 *
 * - LockTimeout: another session holds what is wanted;
 * - Contention, ConnectionLost: running all of it again may work;
 * - ServerFailing, UnlistedError: the same, or without one of the units;
 * - DuplicateKey: an inserted row's key is taken;
 * - anything else: what one of the units wants cannot be done.
 */
export interface Transaction {
  /**
   * For each table the rows of these keys that exist; with `lock`, nobody else can change them, or make them, until the
   * end. Locks are taken in the order of the tables and their keys.
   */
  load(tables: readonly TableLoad[]): Promise<readonly (readonly object[])[]>;
  /**
   * Writes the changes, in their order, and makes sure that the transaction is still the one that began.
   * @throws Contention when the server has ended it meanwhile.
   */
  write(changes: readonly TableChanges[]): Promise<void>;
  /** @throws Contention when it was rolled back; any other error means that the outcome is not known. */
  commit(): Promise<void>;
  /** Never throws: a transaction whose connection is gone is rolled back by the database itself. */
  rollback(): Promise<void>;
}

/** All that is to be loaded from one table at once; keys in key order. */
export interface TableLoad {
  readonly table: AnyTable;
  readonly keys: readonly unknown[];
  readonly mode: Load['mode'];
}

/** All that one group changes in one table; rows and keys in key order, no key twice. */
export interface TableChanges {
  readonly table: AnyTable;
  readonly inserted: readonly object[];
  readonly updated: readonly object[];
  readonly removed: readonly unknown[];
}

export interface CommitMark {
  /** Who commits: an id that no other committer has. */
  readonly committer: string;
  /** Grows with every transaction of this committer; 1 or more. */
  readonly groupNumber: number;
}
