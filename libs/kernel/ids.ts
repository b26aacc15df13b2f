import { v5, v7, validate } from 'uuid';
import { nextId } from './chance.js';
import { Defect } from './errors.js';

/** A new UUIDv7 (RFC 9562): ordered by the millisecond of its making, so that new rows go to the end of an index. */
export const newId = (): string => nextId();

/**
 * The UUIDv7 of that millisecond whose other bits are these: the same for the same, where what happens once may be
 * heard of twice. @param bits 16 bytes, of a hash.
 */
export const idOf = (milliseconds: number, bits: Uint8Array): string =>
  v7({ msecs: milliseconds, random: bits });

/**
 * The id that belongs to `name` under `id`: always the same (UUIDv5), so that a primary key can say that there is one
 * such thing at most.
 */
export const derivedId = (id: string, name: string): string => v5(name, id);

export const isId = (text: string): boolean => validate(text);

const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The 16 bytes of an id, as BINARY(16) columns keep it. @throws Defect when `id` is not a UUID. */
export function idToBytes(id: string): Buffer {
  if (!shape.test(id)) throw new Defect(`not an id: ${JSON.stringify(id).slice(0, 80)}`);
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

/** The inverse of {@link idToBytes}. @throws Defect for other than 16 bytes. */
export function bytesToId(bytes: Buffer): string {
  if (bytes.length !== 16) throw new Defect(`not the bytes of an id: ${bytes.length}`);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
