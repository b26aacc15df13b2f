import { readBrokerUrl } from '#libs/servers';
import { connect, type ConfirmChannel, type GetMessage, type Options } from 'amqplib';

/** Speaks plain AMQP to a broker, as a participant in another language would, or an operator who looks. For tests. */
export class BrokerProbe {
  private readonly user: string;

  constructor(private readonly url: string) {
    this.user = readBrokerUrl(url).user;
  }

  /** Puts bytes into a queue, whatever they are, and says who it is unless told otherwise. @throws when there is no such queue: the broker would drop them. */
  send(queue: string, body: Buffer | string, properties: Options.Publish = {}): Promise<void> {
    return this.publish('', queue, body, properties);
  }

  /** As {@link send}, by an exchange. @throws when it leads nowhere. */
  publish(
    exchange: string,
    routingKey: string,
    body: Buffer | string,
    properties: Options.Publish = {},
  ): Promise<void> {
    return this.withChannel(async (channel) => {
      let returned = false;
      channel.on('return', () => (returned = true));
      channel.publish(exchange, routingKey, Buffer.from(body), {
        userId: this.user,
        ...properties,
        mandatory: true,
      });
      // A message comes back before it is confirmed (https://www.rabbitmq.com/docs/confirms).
      await channel.waitForConfirms();
      if (returned) throw new Error(`'${exchange}' leads to no queue ${routingKey}`);
    });
  }

  /** Takes one message out of a queue. */
  take(queue: string): Promise<GetMessage | undefined> {
    return this.withChannel(async (channel) => (await channel.get(queue, { noAck: true })) || undefined);
  }

  /** Messages that are ready in a queue; not those in a consumer's hands. */
  depth(queue: string): Promise<number> {
    return this.withChannel(async (channel) => (await channel.checkQueue(queue)).messageCount);
  }

  /** How many read from a queue. */
  consumers(queue: string): Promise<number> {
    return this.withChannel(async (channel) => (await channel.checkQueue(queue)).consumerCount);
  }

  /** A queue with one binding that goes away with the broker's virtual host. */
  bind(queue: string, exchange: string, routingKey: string): Promise<void> {
    return this.withChannel(async (channel) => {
      await channel.assertQueue(queue, { durable: true });
      await channel.bindQueue(queue, exchange, routingKey);
    });
  }

  deleteQueue(queue: string): Promise<void> {
    return this.withChannel(async (channel) => void (await channel.deleteQueue(queue)));
  }

  unbind(queue: string, exchange: string, routingKey: string): Promise<void> {
    return this.withChannel(async (channel) => void (await channel.unbindQueue(queue, exchange, routingKey)));
  }

  /** After {@link unbind}, for a queue that somebody else has declared. */
  bindAgain(queue: string, exchange: string, routingKey: string): Promise<void> {
    return this.withChannel(async (channel) => void (await channel.bindQueue(queue, exchange, routingKey)));
  }

  private async withChannel<T>(use: (channel: ConfirmChannel) => Promise<T>): Promise<T> {
    const model = await connect(this.url);
    try {
      return await use(await model.createConfirmChannel());
    } finally {
      await model.close();
    }
  }
}
