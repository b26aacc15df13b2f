import { connect, type ChannelModel, type ConsumeMessage } from 'amqplib';
import type { VirtualHost } from './broker.js';
import type { Published } from './published-messages.js';

/** Names the sender of what a test publishes: that is not the system's. */
export const testsOwn = 'a test';

/**
 * All that is published on a virtual host, as the broker saw it: every exchange, the default one included, with properties
 * and headers. What the broker itself moves (dead letters) is published by nobody.
 *
 * @see https://www.rabbitmq.com/docs/firehose
 */
export class TrafficRecording {
  readonly published: Published[] = [];

  private constructor(private readonly model: ChannelModel) {}

  static async of(broker: VirtualHost): Promise<TrafficRecording> {
    await broker.trace();
    const model = await connect(broker.url);
    const recording = new TrafficRecording(model);
    const channel = await model.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, 'amq.rabbitmq.trace', 'publish.#');
    await channel.consume(queue, (message) => message && recording.add(message), { noAck: true });
    return recording;
  }

  end(): Promise<void> {
    return this.model.close();
  }

  private add({ properties, content }: ConsumeMessage): void {
    const { exchange_name, routing_keys, properties: own } = properties.headers as unknown as Traced;
    const { content_type, message_id, type, delivery_mode, headers, app_id, user_id, ...others } = own;
    if (app_id === testsOwn) return;
    if (user_id === undefined) throw new Error(`${type} was published by nobody knows whom`);
    this.published.push({
      exchange: exchange_name,
      routingKeys: routing_keys,
      properties: {
        contentType: content_type,
        messageId: message_id,
        type,
        deliveryMode: delivery_mode,
        headers,
        others: [...Object.keys(others), ...(app_id === undefined ? [] : ['app_id'])],
      },
      body: content.toString(),
    });
  }
}

interface Traced {
  readonly exchange_name: string;
  readonly routing_keys: readonly string[];
  readonly properties: {
    readonly content_type?: string;
    readonly message_id?: string;
    readonly type?: string;
    readonly delivery_mode?: number;
    readonly headers?: Readonly<Record<string, unknown>>;
    readonly app_id?: string;
    readonly user_id?: string;
  };
}
