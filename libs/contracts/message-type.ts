import type { z } from 'zod';
import { exchanges, type Exchange, type WorkQueue } from './topology.js';

export type MessageKind = 'command' | 'reply' | 'event';

/** Attributes of the envelope that some messages have and others do not. */
export type OwnAttribute = 'sagaid' | 'commandid' | 'causationid' | 'sequence';

/** One kind of message on the wire: its name, its payload, and the way it travels. */
export interface MessageType<Type extends string = string, Data = unknown> {
  /** Owner, name and major version: `inventory.reserve-stock.v1`. */
  readonly type: Type;
  readonly kind: MessageKind;
  readonly summary: string;
  /** Those that each message of the type has. None leaves without them, and no command is begun without them. */
  readonly attributes: readonly OwnAttribute[];
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
  ({
    kind: 'command',
    attributes: ['sagaid', 'commandid'],
    exchange: exchanges.commands,
    routingKey: name,
  }) as const;

/** How a reply travels to those who asked and read this queue. */
export const replyTo = ({ name }: WorkQueue) =>
  ({
    kind: 'reply',
    attributes: ['sagaid', 'commandid', 'causationid'],
    exchange: exchanges.replies,
    routingKey: name,
  }) as const;

/** How an event travels to whoever binds a queue to this exchange. */
export const eventOn = (exchange: Exchange) =>
  ({ kind: 'event', attributes: ['sequence'], exchange }) as const;
