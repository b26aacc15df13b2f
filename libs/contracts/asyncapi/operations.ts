import { declaredQueues } from '../declarations.js';
import type { MessageType } from '../message-type.js';
import { queueReceives } from '../routing.js';
import { senderOf } from '../senders.js';
import { queues } from '../topology.js';
import { publishChannelId } from './channels.js';
import { reference } from './references.js';

type Operations = Record<string, unknown>;

export function operationsOf(messages: readonly MessageType[]): Operations {
  return Object.fromEntries([...sends(messages), ...receives(messages)].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const sends = (messages: readonly MessageType[]): [string, unknown][] =>
  messages.map((message) => {
    const channel = publishChannelId(message.exchange, message.routingKey);
    return [
      `${senderOf(message)}.sends.${message.type}`,
      {
        action: 'send',
        channel: reference('channels', channel),
        messages: [reference('channels', channel, 'messages', message.type)],
        summary: message.summary,
        tags: [{ name: senderOf(message) }],
        bindings: { amqp: publishing(message) },
        ...replyTo(message, messages),
      },
    ];
  });

const receives = (messages: readonly MessageType[]): [string, unknown][] =>
  Object.values(queues).flatMap((queue) => {
    const declared = declaredQueues.filter(({ name }) => name === queue.name);
    return messages
      .filter((message) => declared.some((declaration) => queueReceives(declaration, message)))
      .map((message): [string, unknown] => [
        `${queue.name}.receives.${message.type}`,
        {
          action: 'receive',
          channel: reference('channels', queue.name),
          messages: [reference('channels', queue.name, 'messages', message.type)],
          summary: message.summary,
          tags: [{ name: queue.consumer }],
          bindings: { amqp: { ack: true, bindingVersion: '0.3.0' } },
          ...replyTo(message, messages),
        },
      ]);
  });

/**
 * Commands and replies are published as mandatory: one that no queue takes comes back, and its outbox row stays.
 * Nobody may be listening to an event.
 */
const publishing = (message: MessageType) => ({
  deliveryMode: 2,
  mandatory: message.kind !== 'event',
  ...(message.alsoRoutedAs ? { cc: message.alsoRoutedAs } : {}),
  bindingVersion: '0.3.0',
});

function replyTo(command: MessageType, messages: readonly MessageType[]): { reply?: unknown } {
  const replies = messages.filter(({ answers }) => answers?.includes(command));
  const [first] = replies;
  if (!first) return {};
  const channel = publishChannelId(first.exchange, first.routingKey);
  return {
    reply: {
      channel: reference('channels', channel),
      messages: replies.map(({ type }) => reference('channels', channel, 'messages', type)),
    },
  };
}
