import type { MessageType } from './message-type.js';
import type { WorkQueue } from './topology.js';

/** Every routing key that a message travels under; the first one is what it is published with. */
export const routingKeysOf = (message: MessageType): readonly string[] => [
  message.routingKey,
  ...(message.alsoRoutedAs ?? []),
];

/** Does a topic binding take this routing key? `*` is one word, `#` any number of them. */
export function bindingTakes(pattern: string, routingKey: string): boolean {
  const expression = pattern
    .split('.')
    .map((word) => (word === '#' ? '.*' : word === '*' ? '[^.]+' : word))
    .join('\\.')
    .replaceAll('\\..*', '(\\..*)?');
  return new RegExp(`^${expression}$`).test(routingKey);
}

/** Whether a message that is published as its contract says comes into this queue. */
export const queueReceives = (queue: Pick<WorkQueue, 'bindings'>, message: MessageType): boolean =>
  queue.bindings.some(
    ({ exchange, routingKey }) =>
      exchange.name === message.exchange.name &&
      routingKeysOf(message).some((key) => bindingTakes(routingKey, key)),
  );
