import type { ChannelModel, ConsumeMessage } from 'amqplib';
import type { AmqpConnection } from './amqp-connection.js';
import { Consumption } from './channel-session.js';

/** `settled`: the message is done with or safely elsewhere, and is acked. `abandoned`: the broker keeps it. */
export type Settlement = 'settled' | 'abandoned';

/** Never rejects. @param gone aborted when the channel is gone: what is not settled by then never will be. */
export type TakeInHand = (message: ConsumeMessage, gone: AbortSignal) => Promise<Settlement>;

/**
 * Reads one queue: takes deliveries in hand side by side, and settles each. On every new connection it begins anew; what
 * was in hand on the old one the broker delivers again.
 */
export class QueueReader {
  private current: Consumption | undefined;
  private consumerTag: string | undefined;
  private stopped = false;
  private changing: Promise<void> = Promise.resolve();

  /** @param prefetch deliveries in hand at once; see also {@link takeAtOnce}. */
  constructor(
    readonly queue: string,
    private readonly connection: AmqpConnection,
    private readonly takeInHand: TakeInHand,
    private prefetch: number,
  ) {}

  get isAttached(): boolean {
    return this.current !== undefined;
  }

  /** Begins to consume on a new connection. */
  async attach(model: ChannelModel): Promise<void> {
    if (this.stopped) return;
    const channel = await model.createChannel();
    const consumption = new Consumption(channel);
    // The close that follows says all there is to do.
    channel.on('error', () => undefined);
    channel.on('close', () => this.detach(consumption));
    await this.consume(consumption);
    this.current = consumption;
  }

  /** From now on so many deliveries are in hand at once. Those that are in hand already are not touched. */
  takeAtOnce(count: number): void {
    this.prefetch = count;
    this.changing = this.changing.then(() => this.consumeAnew());
  }

  /** A consumer keeps the prefetch that it began with. */
  private async consumeAnew(): Promise<void> {
    const consumption = this.current;
    if (!consumption || this.stopped || this.consumerTag === undefined) return;
    try {
      await consumption.channel.cancel(this.consumerTag);
      if (!this.stopped) await this.consume(consumption);
    } catch {
      // The channel went first; the next one begins with the new prefetch.
    }
  }

  private async consume(consumption: Consumption): Promise<void> {
    await consumption.channel.prefetch(this.prefetch);
    const { consumerTag } = await consumption.channel.consume(this.queue, (message) =>
      this.receive(consumption, message),
    );
    this.consumerTag = consumerTag;
  }

  /**
   * Takes no more, waits up to `withinMs` for what is in hand, acks it and closes the channel. What is not done by then
   * goes back to the queue.
   */
  async stop(withinMs: number): Promise<void> {
    this.stopped = true;
    await this.changing;
    const consumption = this.current;
    if (!consumption || this.consumerTag === undefined) return;
    try {
      await consumption.channel.cancel(this.consumerTag);
      await consumption.finish(withinMs);
      await consumption.channel.close();
    } catch {
      // The connection went first; the broker has everything back already.
    }
  }

  private detach(consumption: Consumption): void {
    if (this.current !== consumption) return;
    this.current = undefined;
    if (!this.stopped) this.connection.abandon(`the channel of ${this.queue} was closed`);
  }

  /** Must not throw: amqplib would close the connection for it. */
  private receive(consumption: Consumption, message: ConsumeMessage | null): void {
    if (message === null) {
      // The queue was deleted under us. A new connection declares it again.
      this.connection.abandon(`the broker cancelled the consumer of ${this.queue}`);
      return;
    }
    consumption.deliver(message.fields.deliveryTag);
    void this.take(consumption, message);
  }

  private async take(consumption: Consumption, message: ConsumeMessage): Promise<void> {
    const settlement = await this.takeInHand(message, consumption.gone);
    if (settlement === 'abandoned') consumption.abandon();
    else consumption.settle(message.fields.deliveryTag);
  }
}
