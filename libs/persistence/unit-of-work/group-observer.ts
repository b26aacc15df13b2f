/** How a transaction of a group ended; all but the first two are followed by another try, or by a failure. */
export const transactionResults = [
  'committed',
  'nothing-to-write',
  'contention',
  'duplicate-key',
  'connection-lost',
  'failed',
  'refused',
  'commit-unknown',
] as const;

export type TransactionResult = (typeof transactionResults)[number];

/** Told what the group committer does; for metrics and logs. Must not throw. */
export interface GroupObserver {
  /** @param size units in the transaction. @param durationMs from BEGIN to its end. */
  transactionEnded(size: number, durationMs: number, result: TransactionResult, error?: unknown): void;
  /** A row that another session holds is being waited for. @param rowClass undefined: nobody knows which row it is. */
  rowHeld(rowClass: string | undefined): void;
  /** A listener of `onCommitted` threw, which it must not. */
  listenerFailed(error: unknown): void;
}

export const silentObserver: GroupObserver = {
  transactionEnded: () => undefined,
  rowHeld: () => undefined,
  listenerFailed: () => undefined,
};
