/** It did not work, and the message says why in words for the operator. */
export class OpsError extends Error {
  override readonly name: string = 'OpsError';
}

/** The command line makes no sense. */
export class UsageError extends OpsError {
  override readonly name = 'UsageError';
}
