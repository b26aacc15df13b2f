import type { Sent } from './command.js';
import type { Reply } from './reply.js';

/** order-service's side of a participant: sends commands, hears every reply. On a broker it is wire.ts. */
export interface OrderSide {
  /** How many read the commands. */
  readers(): Promise<number>;
  /** Resolves when the broker has it. */
  send(sent: Sent): Promise<void>;
  /**
   * Takes away what the run has left behind, and goes: commands that the participant parked, or never read, and replies
   * that nobody waits for. Messages of others stay.
   */
  close(isOurs: (reply: Reply) => boolean): Promise<void>;
}

/** The run cannot even begin, and the message says why in words for whoever started it. */
export class CannotRun extends Error {
  override readonly name = 'CannotRun';
}
