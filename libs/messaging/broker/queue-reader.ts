import type { ChannelModel, ConsumeMessage } from 'amqplib';
import type { AmqpConnection } from './amqp-connection.js';
import { ChannelSession } from './channel-session.js';

/** `settled`: the message is done with or safely elsewhere, and is acked. `abandoned`: the broker keeps it. */
export type AckDecision = 'settled' | 'abandoned';

/** Never rejects. @param gone aborted when the channel is gone: what is not settled by then never will be. */
export type DeliveryHandler = (message: ConsumeMessage, gone: AbortSignal) => Promise<AckDecision>;

/**
 * Reads one queue: handles deliveries side by side, and settles each. Begins anew on every new connection; what was in
 * hand on the old one is delivered again by the broker.
 */
export class QueueReader {
  private current: ChannelSession | undefined;
  private consumerTag: string | undefined;
  private stopped = false;
  private changing: Promise<void> = Promise.resolve();

  /** @param prefetch deliveries in hand at once; see also {@link takeAtOnce}. */
  constructor(
    readonly queue: string,
    private readonly connection: AmqpConnection,
    private readonly handleDelivery: DeliveryHandler,
    private prefetch: number,
  ) {}

  get isAttached(): boolean {
    return this.current !== undefined;
  }

  /** Begins to consume on a new connection. */
  async attach(model: ChannelModel): Promise<void> {
    if (this.stopped) return;
    const channel = await model.createChannel();
    const session = new ChannelSession(channel);
    // The close that follows is what is acted on.
    channel.on('error', () => undefined);
    channel.on('close', () => this.detach(session));
    await this.consume(session);
    this.current = session;
  }

  /** From now on at most `count` deliveries are in hand at once. Those already in hand are not affected. */
  takeAtOnce(count: number): void {
    this.prefetch = count;
    this.changing = this.changing.then(() => this.consumeAnew());
  }

  /** A consumer keeps the prefetch that it began with. */
  private async consumeAnew(): Promise<void> {
    const session = this.current;
    if (!session || this.stopped || this.consumerTag === undefined) return;
    try {
      await session.channel.cancel(this.consumerTag);
      if (!this.stopped) await this.consume(session);
    } catch {
      // The channel went first; the next one begins with the new prefetch.
    }
  }

  private async consume(session: ChannelSession): Promise<void> {
    await session.channel.prefetch(this.prefetch);
    const { consumerTag } = await session.channel.consume(this.queue, (message) =>
      this.receive(session, message),
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
    const session = this.current;
    if (!session || this.consumerTag === undefined) return;
    try {
      await session.channel.cancel(this.consumerTag);
      await session.finish(withinMs);
      await session.channel.close();
    } catch {
      // The connection went first; the broker has everything back already.
    }
  }

  private detach(session: ChannelSession): void {
    if (this.current !== session) return;
    this.current = undefined;
    if (!this.stopped) this.connection.abandon(`the channel of ${this.queue} was closed`);
  }

  /** Must not throw: amqplib would close the connection for it. */
  private receive(session: ChannelSession, message: ConsumeMessage | null): void {
    if (message === null) {
      // The queue was deleted under us. A new connection declares it again.
      this.connection.abandon(`the broker cancelled the consumer of ${this.queue}`);
      return;
    }
    session.deliver(message.fields.deliveryTag);
    void this.take(session, message);
  }

  private async take(session: ChannelSession, message: ConsumeMessage): Promise<void> {
    const decision = await this.handleDelivery(message, session.gone);
    if (decision === 'abandoned') session.abandon();
    else session.settle(message.fields.deliveryTag);
  }
}
