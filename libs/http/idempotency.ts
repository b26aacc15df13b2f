import type { FastifyReply } from 'fastify';
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

/**
 * A request with the key of its Idempotency-Key header; null when the caller sent none.
 * @throws BadRequest `invalid-idempotency-key`
 */
export function withIdempotencyKey<Request extends object>(
  header: string | undefined,
  request: Request,
): (Request & { readonly key: string }) | null {
  const key = parseIdempotencyKey(header);
  return key === null ? null : { ...request, key };
}

/** What was answered, with a header that says so when it is what the same request was answered before. */
export function markReplayed<Response>(
  reply: FastifyReply,
  { response, replayed }: { readonly response: Response; readonly replayed: boolean },
): Response {
  if (replayed) void reply.header('idempotency-replayed', 'true');
  return response;
}
