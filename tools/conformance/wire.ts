import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type Channel, type ChannelModel, type ConfirmChannel, type Message } from 'amqplib';
import { parkedQueue, workQueue } from '#libs/contracts/declarations.js';
import { exchanges, parkedQueueOf, queues, type WorkQueue } from '#libs/contracts/topology.js';
import type { Sent } from './command.js';
import { CannotRun, type OrderSide, type Parked } from './order-side.js';
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
const probeMs = 50;
/** With 32 acks under way, RabbitMQ keeps further ones of a quorum queue's reader back, and forgets them when its channel closes. */
const maxInHand = 30;

/** order-service's end of a real broker. */
export class Wire implements OrderSide {
  readonly #sentIds = new Set<string>();
  readonly #user: string;

  private constructor(
    private readonly model: ChannelModel,
    private readonly publishing: ConfirmChannel,
    private readonly reading: Channel,
    private readonly options: WireOptions,
  ) {
    this.#user = decodeURIComponent(new URL(options.brokerUrl).username) || 'guest';
  }

  /** @throws CannotRun */
  static async connect(options: WireOptions, onReply: (reply: Reply) => void): Promise<Wire> {
    const model = await connect(options.brokerUrl, { timeout: maxConnectMs }).catch((error: Error) => {
      throw new CannotRun(`The broker cannot be reached: ${error.message}`);
    });
    model.on('error', () => undefined);
    try {
      await declare(model, options.commands);
      for (const { name } of [queues.sagaReplies, queues.reconciliation]) {
        const { consumers } = await stateOf(model, name);
        if (consumers === 0 || options.shared || options.repliesFrom === name) continue;
        throw new CannotRun(
          `Somebody reads ${name} on this broker. Replies to commands that it never sent would ` +
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
        {
          messageId: id,
          type,
          contentType: 'application/cloudevents+json',
          persistent: true,
          // A participant may insist that commands come from order-service: it is who this user has to be.
          userId: this.#user,
        },
        (error: unknown) => (error instanceof Error ? reject(error) : resolve()),
      );
    });
  }

  async sendAsRedelivered(sent: Sent): Promise<boolean> {
    const channel = await this.model.createChannel();
    channel.on('error', () => undefined);
    const taken = new EventEmitter();
    const take = (message: Message | null): void => {
      if (String(message?.properties.messageId as unknown) === sent.id) taken.emit('ours');
    };
    // Before any other reader, for as long as it takes; what else comes meanwhile goes back as well.
    const consuming = channel.consume(this.options.commands.name, take, { priority: 100 });
    if (!(await consuming.catch(() => null))) return false;
    try {
      const inHand = once(taken, 'ours', { signal: AbortSignal.timeout(maxCleanupMs) });
      await this.send(sent);
      await inHand;
      return true;
    } finally {
      await channel.close();
    }
  }

  async hasOwnParkingLot(): Promise<boolean> {
    return (await stateOf(this.model, parkedQueueOf(this.options.commands.name))).consumers === 0;
  }

  async takeParked(ids: ReadonlySet<string>, maxWaitSeconds: number): Promise<readonly Parked[]> {
    const queue = parkedQueueOf(this.options.commands.name);
    const channel = await this.model.createChannel();
    channel.on('error', () => undefined);
    const parked = new Map<string, Parked>();
    let others = 0;
    const all = new EventEmitter();
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (!message) return;
      const id = String(message.properties.messageId as unknown);
      if (!ids.has(id)) {
        others += 1;
        return;
      }
      channel.ack(message);
      parked.set(id, { id, spent: wasGivenUpByTheBroker(message) });
      if (parked.size === ids.size) all.emit('there');
    });
    if (parked.size < ids.size) {
      const signal = AbortSignal.timeout(maxWaitSeconds * 1000);
      await once(all, 'there', { signal }).catch(() => undefined);
    }
    // Others' messages go back, once; see #take.
    await channel.cancel(consumerTag);
    await channel.close();
    await showsAgain(this.model, queue, others);
    return [...parked.values()];
  }

  async close(isOurs: (reply: Reply) => boolean): Promise<void> {
    const { name } = this.options.commands;
    const sentByUs = ({ properties }: Message): boolean =>
      this.#sentIds.has(String(properties.messageId as unknown));
    const answersUs = (message: Message): boolean => isOurs(replyIn(message));
    for (const [queue, ours] of [
      [parkedQueueOf(name), sentByUs],
      [name, sentByUs],
      [queues.sagaReplies.name, answersUs],
      [queues.reconciliation.name, answersUs],
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
      for (const { name } of [queues.sagaReplies, queues.reconciliation])
        await this.reading.bindQueue(queue, exchanges.replies.name, name);
    }
    await this.reading.consume(
      queue,
      (message) => {
        if (message) onReply(replyIn(message));
      },
      { noAck: true },
    );
  }

  /**
   * Acks our messages of all that wait in a queue; the others are requeued when the channel closes. So are messages whose
   * acks a quorum queue has not processed by then. It does what a channel asks in order, and answers a cancellation: after
   * that, all acks are done, and nobody counts as a reader any more.
   * @returns how many were ours.
   */
  async #take(queue: string, isOurs: (message: Message) => boolean): Promise<number> {
    const { messages } = await stateOf(this.model, queue);
    if (messages === 0) return 0;
    const channel = await this.model.createChannel();
    channel.on('error', () => undefined);
    let [seen, ours] = [0, 0];
    const all = new EventEmitter();
    await channel.prefetch(maxInHand);
    const { consumerTag } = await channel.consume(queue, (message) => {
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
    await channel.cancel(consumerTag);
    await channel.close();
    await showsAgain(this.model, queue, seen - ours);
    return ours;
  }
}

/** Waits until a queue shows what a closed channel has given back to it, which takes effect after the closing. */
async function showsAgain(model: ChannelModel, queue: string, messages: number): Promise<void> {
  const until = Date.now() + maxCleanupMs;
  while ((await stateOf(model, queue)).messages < messages && Date.now() < until) await pause(probeMs);
}

const replyIn = ({ content, properties, fields }: Message): Reply =>
  replyOf(content, properties, fields.routingKey);

/** The broker counts deliveries, and parks what has been given back to the queue too often. */
function wasGivenUpByTheBroker({ properties }: Message): boolean {
  const [death] = (properties.headers?.['x-death'] ?? []) as readonly { reason?: unknown }[];
  return death?.reason === 'delivery_limit';
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
