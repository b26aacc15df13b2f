import { hash } from 'node:crypto';
import { canonicalJson } from '#libs/kernel/canonical-json.js';
import type { Envelope } from './envelope.js';

const bytesOf = new WeakMap<Envelope, Buffer>();

/** Keeps the bytes that an envelope was read from, for {@link bodyHashOf}. */
export const rememberBytes = (message: Envelope, bytes: Buffer): void => void bytesOf.set(message, bytes);

/**
 * SHA-256 of the message as it came. A sender publishes the same bytes under an id again or means another message.
 * An envelope that never was on the wire (in a unit test) is hashed by meaning.
 */
export const bodyHashOf = (message: Envelope): Buffer =>
  hash('sha256', bytesOf.get(message) ?? canonicalJson(message), 'buffer');
