import { Defect } from './errors.js';
import { parse, stringify, validate } from 'uuid';
import { nextId } from './chance.js';

/** A new UUIDv7 (RFC 9562): ordered by the millisecond of its making, so that new rows go to the end of an index. */
export const newId = (): string => nextId();

export const isId = (text: string): boolean => validate(text);

/** The 16 bytes of an id, as BINARY(16) columns keep it. @throws Defect when `id` is not a UUID. */
export function idToBytes(id: string): Buffer {
  try {
    return Buffer.from(parse(id));
  } catch {
    throw new Defect(`not an id: ${JSON.stringify(id).slice(0, 80)}`);
  }
}

/** The inverse of {@link idToBytes}. */
export const bytesToId = (bytes: Uint8Array): string => stringify(bytes);
