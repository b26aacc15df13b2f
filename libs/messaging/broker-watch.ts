import type { Channel, ChannelModel } from 'amqplib';
import { parkedQueueOf, type WorkQueue } from '#libs/contracts/topology.js';
import { counter, gauge } from '#libs/observability/metrics.js';
import type { AmqpConnection } from './amqp-connection.js';

const brokerMetrics = {
  up: gauge({
    name: 'orders_broker_up',
    help: '1 while this process has all its connections to the broker.',
  }),
  reconnects: counter({
    name: 'orders_broker_reconnects_total',
    help: 'Connections to the broker that were lost and made again.',
    labels: ['connection'],
  }),
  parked: gauge({
    name: 'orders_parked_messages',
    help: 'Messages in the parking lots of the queues that this service reads.',
    labels: ['queue'],
  }),
};

const countParkedEveryMs = 15_000;

/** Shows how the broker is, as far as this process can see. */
export function watchConnections(connections: readonly AmqpConnection[]): void {
  const show = (): void => brokerMetrics.up.set(connections.every(({ isUp }) => isUp) ? 1 : 0);
  show();
  for (const connection of connections) {
    const labels = { connection: connection.name };
    brokerMetrics.reconnects.inc(labels, 0);
    let wasUp = false;
    connection.on('up', () => {
      if (wasUp) brokerMetrics.reconnects.inc(labels);
      wasUp = true;
      show();
    });
    connection.on('down', show);
  }
}

/** Counts parked messages by declaring their queues passively, which is cheap, needs no further rights, and is exact. */
export function watchParkedQueues(connection: AmqpConnection, queues: readonly WorkQueue[]): void {
  if (queues.length === 0) return;
  connection.onConnection(async (model: ChannelModel) => {
    const channel = await model.createChannel();
    channel.on('error', () => undefined);
    const timer = setInterval(() => void count(channel, queues), countParkedEveryMs).unref();
    channel.on('close', () => clearInterval(timer));
    await count(channel, queues);
  });
}

async function count(channel: Channel, queues: readonly WorkQueue[]): Promise<void> {
  try {
    for (const { name } of queues) {
      const { messageCount } = await channel.checkQueue(parkedQueueOf(name));
      brokerMetrics.parked.set({ queue: name }, messageCount);
    }
  } catch {
    // The channel is gone; the next connection counts.
  }
}
