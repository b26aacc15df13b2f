/** A message as it is on the wire, parsed and checked. */
export { type Envelope, isExpired } from './envelope.js';
export { readEnvelope } from './parse-envelope.js';
