import { isUtf8 } from 'node:buffer';
import type { z } from 'zod';
import { messageTypes } from '#libs/contracts/catalogue-of-messages.js';
import { envelopeSchema } from '#libs/contracts/envelope.schema.js';
import { rememberHash, sha256 } from './body-hash.js';
import { hasBrokenUnicode } from './broken-unicode.js';
import type { Envelope } from './envelope.js';

/** Why a delivery cannot be read. It never will be, so it is parked at once. */
export type UnreadableReason =
  | 'too-large'
  | 'not-utf8'
  | 'not-json'
  | 'broken-unicode'
  | 'not-an-envelope'
  | 'no-message-id'
  | 'message-id-mismatch'
  | 'unknown-type'
  | 'invalid-data';

interface Unreadable {
  readonly readable: false;
  readonly reason: UnreadableReason;
  readonly detail: string;
}

export type Parsed = { readonly readable: true; readonly envelope: Envelope } | Unreadable;

export type ReadEnvelope =
  | {
      readonly readable: true;
      readonly message: z.output<typeof envelopeSchema>;
      readonly json: object;
    }
  | Unreadable;

/** Ours are a few KiB; an order with 100 lines stays well below. */
export const maxBodyBytes = 1024 * 1024;

/**
 * Reads what came over the wire, trusting nothing of it. `data` has what its schema knows and nothing else.
 * parse-envelope.spec.ts lists what was tried on it.
 *
 * @param messageId the AMQP property.
 */
export function parseEnvelope(bytes: Buffer, messageId: unknown): Parsed {
  const read = readEnvelope(bytes);
  if (!read.readable) return read;
  const { message } = read;
  if (messageId === undefined || messageId === '')
    return unreadable('no-message-id', 'no message_id property');
  if (typeof messageId !== 'string' || messageId.toLowerCase() !== message.id)
    return unreadable('message-id-mismatch', 'message_id is not the id');
  const type = messageTypes.get(message.type);
  if (!type) return unreadable('unknown-type', message.type);
  const missing =
    type.kind === 'command' ? type.attributes.filter((name) => message[name] === undefined) : [];
  // Begun, it could not be answered: whoever asked would not know what the answer belongs to.
  if (missing.length > 0)
    return unreadable('not-an-envelope', missing.map((name) => `/${name}: missing`).join('; '));
  const data = type.schema.safeParse(message.data);
  if (!data.success) return unreadable('invalid-data', issuesOf(data.error));
  const envelope: Envelope = { ...message, data: data.data };
  rememberHash(envelope, sha256(bytes));
  return { readable: true, envelope };
}

/** Only what surrounds the payload: its attributes, checked, and everything that was sent. */
export function readEnvelope(bytes: Buffer): ReadEnvelope {
  if (bytes.length > maxBodyBytes) return unreadable('too-large', `${bytes.length} bytes`);
  if (!isUtf8(bytes)) return unreadable('not-utf8', 'invalid UTF-8');
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch {
    return unreadable('not-json', 'invalid JSON');
  }
  // Half of a surrogate pair can only come escaped. Databases refuse it or change it, and it would not be the same text.
  if (bytes.includes('\\u') && hasBrokenUnicode(json)) {
    return unreadable('broken-unicode', 'half of a surrogate pair');
  }
  const checked = envelopeSchema.safeParse(withoutBadTrace(json));
  if (!checked.success) return unreadable('not-an-envelope', issuesOf(checked.error));
  return { readable: true, message: checked.data, json: json as object };
}

/** A trace that cannot be read is no reason to leave the work undone: it is as if it had not been sent. */
function withoutBadTrace(json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json;
  const { shape } = envelopeSchema;
  const bad = traceAttributes.filter(
    (name) => name in json && !shape[name].safeParse((json as Record<string, unknown>)[name]).success,
  );
  return bad.length === 0
    ? json
    : Object.fromEntries(Object.entries(json).filter(([name]) => !bad.includes(name as never)));
}

const traceAttributes = ['traceparent', 'tracestate'] as const;

const unreadable = (reason: UnreadableReason, detail: string): Unreadable => ({
  readable: false,
  reason,
  detail,
});

/** Where and what, without the offending values. */
const issuesOf = ({ issues }: z.ZodError): string =>
  issues
    .slice(0, 5)
    .map(({ path, message }) => `/${path.map(String).join('/')}: ${message}`)
    .join('; ');
