import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import { canonicalJson } from '#libs/kernel/canonical-json.js';
import type { JsonValue } from '#libs/kernel/json.js';
import { BadRequest } from './bad-request.js';

/** What a cursor is good for: one caller, going on with one list as it was filtered and sorted. */
export interface CursorScope {
  readonly caller: string;
  readonly list: JsonValue;
}

const signatureBytes = 16;
const longest = 1024;

/**
 * Makes and reads the cursors of lists. A cursor says where a page ended; it is signed together with its scope, so that
 * one which was altered, or belongs to somebody else or to another list, is no cursor.
 */
export class Cursors {
  private readonly keys: readonly [Buffer, ...Buffer[]];

  /**
   * @param secret what all instances of the service share and nobody else knows; the key is derived from it.
   * @param second what others sign with while the secret is being replaced: their cursors are opened, too.
   */
  constructor(secret: string, second?: string) {
    this.keys = [keyOf(secret), ...(second === undefined ? [] : [keyOf(second)])];
  }

  seal(scope: CursorScope, position: JsonValue): string {
    const text = Buffer.from(JSON.stringify(position));
    return Buffer.concat([sign(this.keys[0], scope, text), text]).toString('base64url');
  }

  /** @throws BadRequest `invalid-cursor` for whatever {@link seal} did not make for this very scope. */
  open<Position>(scope: CursorScope, cursor: string, schema: z.ZodType<Position>): Position {
    const bytes = cursor.length <= longest ? Buffer.from(cursor, 'base64url') : Buffer.alloc(0);
    const signature = bytes.subarray(0, signatureBytes);
    const text = bytes.subarray(signatureBytes);
    const genuine =
      signature.length === signatureBytes &&
      this.keys.some((key) => timingSafeEqual(signature, sign(key, scope, text)));
    // One position has one cursor: bits that base64 does not use may not be set either.
    if (!genuine || bytes.toString('base64url') !== cursor) throw invalidCursor();
    // Signed by an older release, perhaps, which had other positions.
    const position = schema.safeParse(JSON.parse(text.toString()));
    if (!position.success) throw invalidCursor();
    return position.data;
  }
}

const keyOf = (secret: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', 'cursors of lists', 32));

function sign(key: Buffer, scope: CursorScope, text: Buffer): Buffer {
  const hmac = createHmac('sha256', key).update(canonicalJson(scope)).update('\n').update(text);
  return hmac.digest().subarray(0, signatureBytes);
}

function invalidCursor(): BadRequest {
  const detail = 'is not a cursor for this list; begin again without one';
  return new BadRequest('invalid-cursor', `cursor ${detail}`, [
    { parameter: 'cursor', code: 'invalid-cursor', detail },
  ]);
}
