import type { KeyObject } from 'node:crypto';
import type { Algorithm } from './jwt-config.js';

/** Keys to check signatures with, and the only algorithms that a token may name. */
export interface SigningKeys {
  readonly algorithms: readonly Algorithm[];
  /**
   * A key at hand comes without a promise: a turn of the event loop saved per request.
   * @throws BadToken when there is no such key, Fault when keys cannot be asked for.
   */
  find(keyId: string | undefined): KeyObject | Promise<KeyObject>;
}
