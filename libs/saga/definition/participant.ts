import type { DataOf, MessageType } from '#libs/contracts/message-type.js';

/** Something a participant can be asked, with every answer it may give. Sagas call an answer by its key in `replies`. */
export interface ParticipantCommand<
  Message extends MessageType = MessageType,
  Replies extends ReplyTypes = ReplyTypes,
> {
  readonly message: Message;
  readonly replies: Replies;
}

export type ReplyTypes = Readonly<Record<string, MessageType>>;

export type PayloadOf<Command extends ParticipantCommand> = DataOf<Command['message']>;

export const participantCommand = <Message extends MessageType, Replies extends ReplyTypes>(
  command: ParticipantCommand<Message, Replies>,
): ParticipantCommand<Message, Replies> => command;
