import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type Channel, type ChannelModel, type ConfirmChannel, type Message } from 'amqplib';
import { parkedQueue, workQueue } from '#libs/contracts/declarations.js';
import { exchanges, parkedQueueOf, queues, type WorkQueue } from '#libs/contracts/topology.js';
import type { Sent } from './command.js';
import { CannotRun, type OrderSide } from './order-side.js';
import { replyOf, type Reply } from './reply.js';

export interface WireOptions {
  readonly brokerUrl: string;
  readonly commands: WorkQueue;
  /** An existing queue to read replies from. Default: one of its own, which goes away with the connection. */
  readonly repliesFrom?: string;
  /** Go on although order-service, or something in its place, reads the replies as well. */
  readonly shared?: boolean;
}

/** For one pass over what a run has left in a queue. */
const maxCleanupMs = 10_000;
const maxConnectMs = 10_000;
const maxRounds = 5;
const settleMs = 150;

/** order-service's end of a real broker. */
export class Wire implements OrderSide {
  readonly #sentIds = new Set<string>();

  private constructor(
    private readonly model: ChannelModel,
    private readonly publishing: ConfirmChannel,
    private readonly reading: Channel,
    private readonly options: WireOptions,
  ) {}

  /** @throws CannotRun */
  static async connect(options: WireOptions, onReply: (reply: Reply) => void): Promise<Wire> {
    const model = await connect(options.brokerUrl, { timeout: maxConnectMs }).catch((error: Error) => {
      throw new CannotRun(`The broker cannot be reached: ${error.message}`);
    });
    model.on('error', () => undefined);
    try {
      await declare(model, options.commands);
      const { consumers } = await stateOf(model, queues.sagaReplies.name);
      if (consumers > 0 && !options.shared && options.repliesFrom !== queues.sagaReplies.name) {
        throw new CannotRun(
          `Somebody reads ${queues.sagaReplies.name} on this broker. Replies to commands that it never sent would ` +
            'be parked there, and alerted on. Use a broker, or a virtual host, without order-service; or say --shared.',
        );
      }
      const reading = await model.createChannel();
      const wire = new Wire(model, await model.createConfirmChannel(), reading, options);
      await wire.#listen(onReply);
      return wire;
    } catch (error) {
      await model.close().catch(() => undefined);
      throw error;
    }
  }

  async readers(): Promise<number> {
    return (await stateOf(this.model, this.options.commands.name)).consumers;
  }

  async send({ id, type, body }: Sent): Promise<void> {
    this.#sentIds.add(id);
    await new Promise<void>((resolve, reject) => {
      this.publishing.publish(
        exchanges.commands.name,
        this.options.commands.name,
        body,
        { messageId: id, type, contentType: 'application/cloudevents+json', persistent: true },
        (error: unknown) => (error instanceof Error ? reject(error) : resolve()),
      );
    });
  }

  async close(isOurs: (reply: Reply) => boolean): Promise<void> {
    const { name } = this.options.commands;
    const sentByUs = ({ properties }: Message): boolean =>
      this.#sentIds.has(String(properties.messageId as unknown));
    const answersUs = ({ content, properties }: Message): boolean => isOurs(replyOf(content, properties));
    for (const [queue, ours] of [
      [parkedQueueOf(name), sentByUs],
      [name, sentByUs],
      [queues.sagaReplies.name, answersUs],
    ] as const) {
      if ((await stateOf(this.model, queue)).consumers > 0) continue;
      for (let round = 0; round < maxRounds; round += 1) {
        if ((await this.#take(queue, ours).catch(() => 0)) === 0) break;
      }
    }
    await this.model.close();
  }

  async #listen(onReply: (reply: Reply) => void): Promise<void> {
    let queue = this.options.repliesFrom;
    if (queue === undefined) {
      ({ queue } = await this.reading.assertQueue('', { exclusive: true }));
      await this.reading.bindQueue(queue, exchanges.replies.name, queues.sagaReplies.name);
    }
    await this.reading.consume(
      queue,
      (message) => {
        if (message) onReply(replyOf(message.content, message.properties));
      },
      { noAck: true },
    );
  }

  /**
   * Acks our messages of all that wait in a queue; the others are requeued when the channel closes. So are messages whose
   * acks a quorum queue has not processed by then, and it does not say when it has: hence the small prefetch, and the
   * pauses before and after closing.
   * @returns how many were ours.
   */
  async #take(queue: string, isOurs: (message: Message) => boolean): Promise<number> {
    const { messages } = await stateOf(this.model, queue);
    if (messages === 0) return 0;
    const channel = await this.model.createChannel();
    channel.on('error', () => undefined);
    let [seen, ours] = [0, 0];
    const all = new EventEmitter();
    await channel.prefetch(50);
    await channel.consume(queue, (message) => {
      if (!message) return;
      if (isOurs(message)) {
        channel.ack(message);
        ours += 1;
      }
      seen += 1;
      if (seen === messages) all.emit('seen');
    });
    if (seen < messages) {
      await once(all, 'seen', { signal: AbortSignal.timeout(maxCleanupMs) }).catch(() => undefined);
    }
    await pause(settleMs);
    await channel.close();
    await pause(settleMs);
    return ours;
  }
}

/** What a participant needs that is not there yet; with the arguments of docs/topology.md, or the broker refuses. */
async function declare(model: ChannelModel, commands: WorkQueue): Promise<void> {
  const channel = await model.createChannel();
  channel.on('error', () => undefined);
  for (const { name, type } of [exchanges.commands, exchanges.replies]) {
    await channel.assertExchange(name, type, { durable: true });
  }
  for (const queue of [workQueue(commands), parkedQueue(commands)]) {
    await channel.assertQueue(queue.name, { durable: true, arguments: queue.arguments });
    for (const { exchange, routingKey } of queue.bindings) {
      await channel.bindQueue(queue.name, exchange.name, routingKey);
    }
  }
  await channel.close();
}

/** Asking for a queue that is not there closes the channel, so that each question gets its own. */
async function stateOf(model: ChannelModel, queue: string): Promise<{ consumers: number; messages: number }> {
  const channel = await model.createChannel();
  channel.on('error', () => undefined);
  const found = await channel.checkQueue(queue).catch(() => null);
  if (!found) return { consumers: 0, messages: 0 };
  await channel.close();
  return { consumers: found.consumerCount, messages: found.messageCount };
}
