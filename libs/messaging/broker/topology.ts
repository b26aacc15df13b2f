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
  /** Further delays of whoever reads {@link queues}. */
  readonly retryDelays?: readonly RetryDelay[];
}

/**
 * Declares every exchange, queue and binding of the contracts; whoever starts first makes them, and for everybody else
 * nothing changes. All of them, not only its own: a command to a participant that never ran has to wait somewhere.
 *
 * A user with no right to that (docs/topology.md) is refused at the first of them. Somebody else has declared all of it then.
 *
 * Rejects when something exists with other arguments (406), or may not be declared and is not there.
 */
export async function declareTopology(model: ChannelModel, additions: TopologyAdditions = {}): Promise<void> {
  const topology = topologyWith(additions);
  try {
    await onChannel(model, (channel) => declareAll(channel, topology));
  } catch (error) {
    if (replyCodeOf(error) !== accessRefused) throw error;
    await onChannel(model, (channel) => lookForAll(channel, topology));
  }
}

interface Topology {
  readonly exchanges: readonly Exchange[];
  readonly queues: readonly QueueDeclaration[];
}

function topologyWith({ queues = [], retryDelays = [] }: TopologyAdditions): Topology {
  const readers = [...new Set(queues.map(({ consumer }) => consumer))];
  const waits = readers.flatMap((service) => retryDelays.map((delay) => ({ service, delay })));
  return {
    exchanges: byName<Exchange>([
      ...declaredExchanges,
      ...waits.map(({ service, delay }) => retryExchange(service, delay)),
      ...queues.flatMap(({ bindings }) => bindings.map(({ exchange }) => exchange)),
    ]),
    queues: byName<QueueDeclaration>([
      ...declaredQueues,
      ...waits.map(({ service, delay }) => retryQueue(service, delay)),
      ...queues.flatMap((queue) => [workQueue(queue), parkedQueue(queue)]),
    ]),
  };
}

async function declareAll(channel: Channel, { exchanges, queues }: Topology): Promise<void> {
  for (const { name, type } of exchanges) await channel.assertExchange(name, type, { durable: true });
  for (const queue of queues) {
    await channel.assertQueue(queue.name, { durable: true, arguments: queue.arguments });
    for (const { exchange, routingKey } of queue.bindings) {
      await channel.bindQueue(queue.name, exchange.name, routingKey);
    }
  }
}

/** By passive declarations, which take no right. Bindings cannot be looked at. */
async function lookForAll(channel: Channel, { exchanges, queues }: Topology): Promise<void> {
  const found = async (name: string, look: Promise<unknown>): Promise<void> => {
    try {
      await look;
    } catch (error) {
      if (replyCodeOf(error) !== notFound) throw error;
      throw new Error(
        `${name} is not there, and this user may not declare it: import deploy/rabbitmq/definitions.json`,
        { cause: error },
      );
    }
  };
  for (const { name } of exchanges) await found(`exchange ${name}`, channel.checkExchange(name));
  for (const { name } of queues) await found(`queue ${name}`, channel.checkQueue(name));
}

async function onChannel(model: ChannelModel, use: (channel: Channel) => Promise<void>): Promise<void> {
  const channel = await model.createChannel();
  // The call that caused it rejects with the same error.
  channel.on('error', () => undefined);
  await use(channel);
  await channel.close();
}

/** What the broker gave as the reason when it closed a channel. */
const replyCodeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;
const accessRefused = 403;
const notFound = 404;

const byName = <T extends { readonly name: string }>(declarations: readonly T[]): readonly T[] => [
  ...new Map(declarations.map((declaration) => [declaration.name, declaration])).values(),
];
