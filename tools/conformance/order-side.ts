import type { Sent } from './command.js';
import type { Reply } from './reply.js';

/** order-service's side of a participant: sends commands, receives every reply. On a broker it is wire.ts. */
export interface OrderSide {
  /** Number of consumers of the commands. */
  readers(): Promise<number>;
  /** Resolves when the broker has it. */
  send(sent: Sent): Promise<void>;
  /**
   * Removes what the run has left behind, and disconnects: commands that the participant parked, or never read, and
   * replies that nobody waits for. Messages of others stay.
   */
  close(isOurs: (reply: Reply) => boolean): Promise<void>;
}

/** The run cannot begin; the message tells the user why. */
export class CannotRun extends Error {
  override readonly name = 'CannotRun';
}
