import { createPublicKey, type KeyObject } from 'node:crypto';
import jwksRsa from 'jwks-rsa';
import { Fault } from '#libs/kernel/errors.js';
import { BadToken } from './bad-token.js';
import type { Algorithm, JwtKeys } from './jwt-config.js';

/** Keys to check signatures with. A key at hand comes without a promise: a turn of the event loop saved per request. */
export interface SigningKeys {
  readonly algorithms: Algorithm[];
  /** @throws BadToken when there is no such key, Fault when keys cannot be asked for. */
  find(keyId: string | undefined): KeyObject | Promise<KeyObject>;
}

export const signingKeysOf = (keys: JwtKeys): SigningKeys =>
  keys.from === 'configuration'
    ? { algorithms: [keys.algorithm], find: () => keys.key }
    : publishedKeys(keys.url, [...keys.algorithms]);

/** Keys of an identity provider: kept for ten minutes, and asked for at most ten times a minute, whatever ids tokens name. */
function publishedKeys(url: string, algorithms: Algorithm[]): SigningKeys {
  const client = jwksRsa({
    jwksUri: url,
    timeout: 5_000,
    cacheMaxAge: 10 * 60_000,
    // A provider that is away for an hour does not log everybody out.
    cacheMaxAgeFallback: 60 * 60_000,
    rateLimit: true,
    jwksRequestsPerMinute: 10,
  });
  const keyByPem = new Map<string, KeyObject>();
  const parsed = (pem: string): KeyObject => {
    const known = keyByPem.get(pem);
    if (known) return known;
    if (keyByPem.size >= 100) keyByPem.clear();
    const key = createPublicKey(pem);
    keyByPem.set(pem, key);
    return key;
  };
  return {
    algorithms,
    async find(keyId) {
      try {
        const key = await client.getSigningKey(keyId);
        return parsed(key.getPublicKey());
      } catch (error) {
        if (error instanceof Error && isUnknownKey(error)) throw new BadToken('unknown key');
        throw new Fault('the keys of the identity provider cannot be had', { cause: error });
      }
    },
  };
}

const isUnknownKey = (error: Error): boolean => error.name === 'SigningKeyNotFoundError';
