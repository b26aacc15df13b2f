import type { MessageType } from '#libs/contracts/message-type.js';

/** A message that a unit of work wants sent, before it has an id and an envelope. */
export interface OutgoingMessage<Data = unknown> {
  readonly message: MessageType<string, Data>;
  /** The order's id, or that of the thing an event is about. Messages of one subject leave in order. */
  readonly subject: string;
  readonly data: Data;
  readonly sagaId?: string;
  readonly commandId?: string;
  readonly causationId?: string;
  readonly sequence?: number;
  /** Of a command that may be given up: from then on it is not to be begun. */
  readonly expiresAt?: Date;
}
