import { hash } from 'node:crypto';
import { canonicalJson } from '#libs/kernel/canonical-json.js';
import type { Envelope } from './envelope.js';

const hashes = new WeakMap<Envelope, Buffer>();

export const sha256 = (body: Buffer | string): Buffer => hash('sha256', body, 'buffer');

/** Keeps the hash of the bytes that an envelope was read from, for {@link bodyHashOf}. */
export const rememberHash = (message: Envelope, bodyHash: Buffer): void => void hashes.set(message, bodyHash);

/**
 * SHA-256 of the message as it came. Other bytes under the same id are another message. An envelope that never was on
 * the wire (in a unit test) is hashed by meaning.
 */
export const bodyHashOf = (message: Envelope): Buffer =>
  hashes.get(message) ?? sha256(canonicalJson(message));
