import type { Channel, ChannelModel } from 'amqplib';
import { parkedQueueOf, type WorkQueue } from '#libs/contracts/topology.js';
import { counter, gauge } from '#libs/observability/metrics.js';
import { showAgeOf } from '#libs/observability/stats-age.js';
import type { AmqpConnection } from '../broker/amqp-connection.js';
import type { ParkingLot } from './parking-lot.js';

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
    help: 'Parked messages that wait for a person: in the parking lot of the queue and, by the service that collects them, in its table. Several services and instances show the same queue: take the maximum.',
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

/**
 * Counts parked messages: those in queues by declaring the queues passively, which is cheap, needs no further rights,
 * and is exact; those that were collected, where they are kept.
 */
export function watchParkedQueues(
  connection: AmqpConnection,
  queues: readonly WorkQueue[],
  kept: Pick<ParkingLot, 'waiting'>,
): void {
  if (queues.length === 0) return;
  const refreshed = showAgeOf('parked-messages');
  const look = (channel: Channel) => void count(channel, queues, kept).then(refreshed, () => undefined);
  connection.onConnection(async (model: ChannelModel) => {
    const channel = await model.createChannel();
    channel.on('error', () => undefined);
    const timer = setInterval(() => look(channel), countParkedEveryMs).unref();
    channel.on('close', () => clearInterval(timer));
    // Not waited for: the database may be away while the broker is not.
    look(channel);
  });
}

/** Rejects when the channel or the database is gone: the next connection, or the next round, counts. */
async function count(
  channel: Channel,
  queues: readonly WorkQueue[],
  kept: Pick<ParkingLot, 'waiting'>,
): Promise<void> {
  const inStore = await kept.waiting();
  for (const { name } of queues) {
    const { messageCount } = await channel.checkQueue(parkedQueueOf(name));
    brokerMetrics.parked.set({ queue: name }, messageCount + (inStore.get(name) ?? 0));
  }
}
