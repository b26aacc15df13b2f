import { readEnvelope } from '#libs/messaging/envelope';
import { longestType } from './parked-message.row.js';

interface Kept {
  /** The AMQP property. */
  readonly messageId: string | null;
  readonly bytes: Buffer;
  /** Of the whole message, of which {@link bytes} may be the beginning. */
  readonly sizeBytes: number;
}

export type Return =
  | { readonly possible: true; readonly message: ReadMessage; readonly json: object }
  | { readonly possible: false; readonly why: string };

type ReadMessage = Extract<ReturnType<typeof readEnvelope>, { readable: true }>['message'];

/**
 * Whether a parked message can go back to its queue. What cannot be read by any release is refused here: it would come
 * back at once, as often as somebody tries. Data that break their schema are no such thing, for schemas grow.
 */
export function canReturn({ messageId, bytes, sizeBytes }: Kept): Return {
  if (sizeBytes > bytes.length)
    return impossible('it is larger than any consumer reads, and was not kept whole');
  const read = readEnvelope(bytes);
  if (!read.readable) return impossible(`no consumer can read it (${read.reason})`);
  if (messageId === null) return impossible('it came without a message id');
  if (messageId.toLowerCase() !== read.message.id)
    return impossible('its message id is not that of its envelope');
  if (read.message.type.length > longestType) return impossible('there is no such type');
  return { possible: true, message: read.message, json: read.json };
}

const impossible = (why: string): Return => ({ possible: false, why });
