import type { Sent } from './command.js';
import type { Reply } from './reply.js';

/** A longer message is cut off: an order of 100 lines helps nobody. */
const maxCharacters = 600;

/** A message in one line, to show what happened on the wire. */
export const sentLine = ({ id, body }: Sent): string => line('sent', shown(body), { message_id: id });

export const cameLine = ({ body, properties: { messageId, contentType } }: Reply): string =>
  line('came', shown(body), { message_id: messageId, content_type: contentType });

const line = (what: string, text: string, properties: Readonly<Record<string, unknown>>): string =>
  `${what} ${text} with ${JSON.stringify(properties)}`;

function shown(body: Buffer): string {
  // Texts come from a program under test: a control character could move the cursor and forge a line.
  const text = body.toString('utf8').replace(/\p{Cc}/gu, ' ');
  return text.length > maxCharacters ? `${text.slice(0, maxCharacters)}…` : text;
}
