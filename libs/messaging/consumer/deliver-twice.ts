import { bodyHashOf, rememberHash } from '../envelope/body-hash.js';
import type { Envelope } from '../envelope/envelope.js';
import type { MessageHandler } from './message-handling.js';

/**
 * A handler that gets each message twice, as a broker may deliver it: now both copies at once, as after a lost
 * connection with two instances, now one after the other. Tests run on it; none of them should notice.
 */
export function deliveredTwice(handle: MessageHandler): MessageHandler {
  let atOnce = false;
  return async (message) => {
    atOnce = !atOnce;
    const copy = copyOf(message);
    if (!atOnce) {
      await handle(message);
      return handle(copy);
    }
    const [first, second] = await Promise.allSettled([handle(message), handle(copy)]);
    if (first.status === 'rejected') throw first.reason;
    if (second.status === 'rejected') throw second.reason;
    return first.value;
  };
}

/** An object of its own, as a second delivery would be. */
function copyOf(message: Envelope): Envelope {
  const copy = { ...message };
  rememberHash(copy, bodyHashOf(message));
  return copy;
}
