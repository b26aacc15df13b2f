import type { z } from 'zod';
import { exchanges, type Exchange, type WorkQueue } from './topology.js';

export type MessageKind = 'command' | 'reply' | 'event';

/** One kind of message on the wire: its name, its payload, and the way it travels. */
export interface MessageType<Type extends string = string, Data = unknown> {
  /** Owner, name and major version: `inventory.reserve-stock.v1`. */
  readonly type: Type;
  readonly kind: MessageKind;
  readonly summary: string;
  readonly schema: z.ZodType<Data>;
  readonly exchange: Exchange;
  readonly routingKey: string;
  /** Further routing keys of the same exchange that the one message is also delivered under (AMQP header `CC`). */
  readonly alsoRoutedAs?: readonly string[];
  /** For a reply: the commands that it may be the answer to. */
  readonly answers?: readonly MessageType[];
}

export type DataOf<T> = T extends MessageType<string, infer Data> ? Data : never;

/** The type inferred from `definition`, nothing else; a place for the compiler to check a literal against. */
export const defineMessage = <const Type extends string, Data>(
  definition: MessageType<Type, Data>,
): MessageType<Type, Data> => definition;

/** How a command travels to the participant that reads this queue. */
export const commandTo = ({ name }: WorkQueue) =>
  ({ kind: 'command', exchange: exchanges.commands, routingKey: name }) as const;

/** How a reply travels to those who asked and read this queue. */
export const replyTo = ({ name }: WorkQueue) =>
  ({ kind: 'reply', exchange: exchanges.replies, routingKey: name }) as const;
