import { connect, type Channel, type ConfirmChannel } from 'amqplib';
import type { Pool } from 'mysql2/promise';
import { deleteSent } from './database.js';
import { Groups } from './group.js';
import type { Envelope, Outgoing } from './messages.js';

export interface Received {
  readonly message: Envelope;
  readonly tag: number;
}

const prefetch = 400;

/** Publishes persistently with confirms, and deletes what was confirmed from the outbox, in groups and out of the way. */
export class Sender {
  private constructor(
    private readonly channel: ConfirmChannel,
    private readonly sent: Groups<Buffer>,
  ) {}

  static async open(url: string, pool: Pool): Promise<Sender> {
    const channel = await (await connect(url)).createConfirmChannel();
    return new Sender(channel, new Groups((ids) => deleteSent(pool, ids)));
  }

  /** Right after the commit of their rows. */
  send(messages: readonly Outgoing[]): void {
    for (const { id, type, exchange, routingKey, body } of messages) {
      const options = {
        persistent: true,
        mandatory: true,
        contentType: 'application/cloudevents+json',
        messageId: id.toString('hex'),
        type,
      };
      this.channel.publish(exchange, routingKey, Buffer.from(body), options, (error: unknown) => {
        if (error) throw new Error(`a message was not confirmed: ${String(error)}`);
        this.sent.add(id);
      });
    }
  }
}

/** Reads a queue in groups. `handle` has committed what it led to when it resolves; then the group is acked at once. */
export async function consume(
  url: string,
  queue: string,
  handle: (messages: readonly Envelope[]) => Promise<void>,
): Promise<void> {
  const channel: Channel = await (await connect(url)).createChannel();
  const groups = new Groups<Received>(async (received) => {
    await handle(received.map(({ message }) => message));
    const { tag } = received.at(-1)!;
    // All that amqplib takes from a message here is its tag. The groups of a queue end in the order of its deliveries.
    channel.ack({ fields: { deliveryTag: tag } } as Parameters<Channel['ack']>[0], true);
  });
  await channel.prefetch(prefetch);
  await channel.consume(queue, (delivery) => {
    if (!delivery) throw new Error(`${queue} is gone`);
    const message = JSON.parse(delivery.content.toString()) as Envelope;
    groups.add({ message, tag: delivery.fields.deliveryTag });
  });
}
