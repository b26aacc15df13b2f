import type { Sent } from './command.js';
import type { Reply } from './reply.js';

/** A message that the participant would not handle. */
export interface Parked {
  readonly id: string;
  /** The participant gave it back to the queue each time, until the broker had enough of it. */
  readonly spent: boolean;
}

/** order-service's side of a participant: sends commands, receives every reply. On a broker it is wire.ts. */
export interface OrderSide {
  /** Number of consumers of the commands. */
  readers(): Promise<number>;
  /** Resolves when the broker has it. */
  send(sent: Sent): Promise<void>;
  /**
   * Sends it so that it comes marked as redelivered, as if somebody had died with it in hand.
   * @returns false where that cannot be done, as the participant reads its queue alone.
   */
  sendAsRedelivered(sent: Sent): Promise<boolean>;
  /** Whether nobody else reads the parking lot, so that it shows what comes there. */
  hasOwnParkingLot(): Promise<boolean>;
  /** Takes these messages out of the parking lot as they come, until all are there or the time is over. */
  takeParked(ids: ReadonlySet<string>, maxWaitSeconds: number): Promise<readonly Parked[]>;
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
