import { BadRequest } from './bad-request.js';

/**
 * The Idempotency-Key header: 1 to 255 printable ASCII characters. Null when the caller sent none.
 * @throws BadRequest `invalid-idempotency-key`
 */
export function parseIdempotencyKey(header: string | undefined): string | null {
  if (header === undefined) return null;
  if (/^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/.test(header)) return header;
  const detail = 'has to be 1 to 255 printable characters';
  throw new BadRequest('invalid-idempotency-key', `Idempotency-Key ${detail}`, [
    { parameter: 'Idempotency-Key', code: 'invalid-format', detail },
  ]);
}
