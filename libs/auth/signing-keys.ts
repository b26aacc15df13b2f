import type { SigningKey } from './jwt-config.js';

/** Keys to check signatures with. */
export interface SigningKeys {
  /**
   * Those that may have signed, more than one while a key is being replaced. Keys at hand come without a promise: a turn of
   * the event loop saved per request.
   * @throws BadToken when there is no such key, Fault when keys cannot be asked for.
   */
  find(keyId: string | undefined): readonly SigningKey[] | Promise<readonly SigningKey[]>;
}
