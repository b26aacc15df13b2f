import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { readEnvelope } from '#libs/messaging/envelope';
import { scrub } from '#libs/observability';
import { shownData } from '../../audit/shown-data.js';

/** What an operator sees of a message's bytes. */
export const shownMessage = z.object({
  envelope: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe('Its attributes; null when the bytes are no message.'),
  data: z.unknown().describe('Its payload. What is not on the list of fields that are shown is named only.'),
  excerpt: z
    .object({ text: z.string(), hex: z.string() })
    .nullable()
    .describe('The beginning of bytes that are no JSON, without what looks like a secret.'),
});
export type ShownMessage = z.infer<typeof shownMessage>;

const attributes = [
  'id',
  'type',
  'source',
  'subject',
  'time',
  'dataschema',
  'traceparent',
  'sagaid',
  'commandid',
  'causationid',
  'sequence',
] as const;

const shownCharacters = 256;
/** More than is shown, so that a secret is seen whole before it is cut in two. */
const scannedBytes = 4096;

export function shownOf(bytes: Buffer): ShownMessage {
  const read = readEnvelope(bytes);
  if (read.readable) {
    const { message } = read;
    const envelope = Object.fromEntries(
      attributes.flatMap((name) => (message[name] === undefined ? [] : [[name, clean(message[name])]])),
    );
    return { envelope, data: shownData(message.data), excerpt: null };
  }
  const json = jsonOf(bytes);
  if (json !== undefined) return { envelope: null, data: shownData(json), excerpt: null };
  return { envelope: null, data: null, excerpt: excerptOf(bytes.subarray(0, scannedBytes)) };
}

const clean = (value: unknown): unknown => (typeof value === 'string' ? scrub(value) : value);

/** Undefined for what is not JSON, or is nested so deeply that it can only be meant to do harm. */
function jsonOf(bytes: Buffer): unknown {
  try {
    const text = bytes.toString('utf8');
    return isUtf8(bytes) && text.length <= 64 * 1024 ? (JSON.parse(text) as unknown) : undefined;
  } catch {
    return undefined;
  }
}

/** Broken JSON holds what JSON does: texts that are values are left out, whole or cut off; names of fields are not. */
const withoutValues = (text: string): string =>
  text.replace(/"(?:[^"\\]|\\.)*(?:"(\s*:)?|$)/g, (quoted, colon?: string) =>
    colon ? quoted : '"[not shown]"',
  );

function excerptOf(bytes: Buffer): ShownMessage['excerpt'] {
  // One character a byte, so that the digits beside it say the same and no more.
  const text = scrub(withoutValues(bytes.toString('latin1'))).slice(0, shownCharacters);
  const hex = Buffer.from(text, 'latin1')
    .toString('hex')
    .replace(/(..)(?=.)/g, '$1 ');
  return { text: text.replace(/[^\x20-\x7e]/g, '.'), hex };
}
