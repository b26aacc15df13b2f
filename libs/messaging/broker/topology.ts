import type { Channel, ChannelModel } from 'amqplib';
import {
  declaredExchanges,
  declaredQueues,
  parkedQueue,
  retryExchange,
  retryQueue,
  workQueue,
  type QueueDeclaration,
} from '#libs/contracts/declarations.js';
import type { Exchange, RetryDelay, WorkQueue } from '#libs/contracts/topology.js';

export interface TopologyAdditions {
  /** Queues that are not in the contracts: those of a test. */
  readonly queues?: readonly WorkQueue[];
  readonly retryDelays?: readonly RetryDelay[];
}

/**
 * Declares every exchange, queue and binding of the contracts; whoever starts first makes them, and for everybody else
 * nothing changes. All of them, not only its own: a command to a participant that never ran has to wait somewhere.
 *
 * Rejects when something exists with other arguments (406).
 */
export async function declareTopology(model: ChannelModel, additions: TopologyAdditions = {}): Promise<void> {
  const { queues = [], retryDelays = [] } = additions;
  const exchanges = byName<Exchange>([
    ...declaredExchanges,
    ...retryDelays.map(({ name }) => retryExchange(name)),
    ...queues.flatMap(({ bindings }) => bindings.map(({ exchange }) => exchange)),
  ]);
  const declarations = byName<QueueDeclaration>([
    ...declaredQueues,
    ...retryDelays.map(retryQueue),
    ...queues.flatMap((queue) => [workQueue(queue), parkedQueue(queue)]),
  ]);
  const channel = await model.createChannel();
  // The call that caused it rejects with the same error.
  channel.on('error', () => undefined);
  for (const { name, type } of exchanges) await channel.assertExchange(name, type, { durable: true });
  for (const declaration of declarations) await declareQueue(channel, declaration);
  await channel.close();
}

async function declareQueue(channel: Channel, queue: QueueDeclaration): Promise<void> {
  await channel.assertQueue(queue.name, { durable: true, arguments: queue.arguments });
  for (const { exchange, routingKey } of queue.bindings) {
    await channel.bindQueue(queue.name, exchange.name, routingKey);
  }
}

const byName = <T extends { readonly name: string }>(declarations: readonly T[]): Iterable<T> =>
  new Map(declarations.map((declaration) => [declaration.name, declaration])).values();
