import { createHash } from 'node:crypto';
import { canonicalJson } from '#libs/kernel/canonical-json.js';
import { Refusal } from '#libs/kernel/errors.js';
import { lock, type UnitOfWork } from '#libs/persistence/unit-of-work';
import { idempotencyKeys } from '../../persistence/idempotency-key.row.js';

export interface IdempotentRequest {
  readonly caller: string;
  /** What the caller asks for, by its public name: a key means nothing for another operation. */
  readonly operation: string;
  readonly key: string;
  /** What has to be the same when the key comes again. */
  readonly content: unknown;
}

/** @typeParam Response JSON: it is kept as such. */
export interface Answer<Response> {
  readonly response: Response;
  /** The unit did not run: this is what it answered the first time. */
  readonly replayed: boolean;
}

/** The key was used before, for something else. */
export class IdempotencyKeyReused extends Refusal {
  constructor() {
    super('idempotency-key-reused', 'this Idempotency-Key was used before with another body');
  }
}

/**
 * Makes a unit answer the same request only once. Key, hash and response are written by the unit's own transaction: a
 * crash leaves all or nothing. A unit that refuses stores nothing, so that the caller may mend the request and come again.
 *
 * @param request null when the caller named no key: the unit runs as it is.
 */
export function idempotent<Response>(
  request: IdempotentRequest | null,
  unit: UnitOfWork<Response>,
): UnitOfWork<Answer<Response>> {
  if (!request) return { ...unit, decide: (work) => ({ response: unit.decide(work), replayed: false }) };
  const scope = sha256([request.caller, request.operation, request.key]);
  const requestHash = sha256(request.content);
  return {
    ...unit,
    load: [lock(idempotencyKeys, scope), ...unit.load],
    decide: (work) => {
      const earlier = work.find(idempotencyKeys, scope);
      if (earlier) {
        if (earlier.requestHash !== requestHash) throw new IdempotencyKeyReused();
        return { response: JSON.parse(earlier.response) as Response, replayed: true };
      }
      const response = unit.decide(work);
      work.insert(idempotencyKeys, {
        scope,
        requestHash,
        response: JSON.stringify(response),
        createdAt: work.now,
      });
      return { response, replayed: false };
    },
  };
}

const sha256 = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('base64url');
