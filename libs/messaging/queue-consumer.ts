import { Logger } from '@nestjs/common';
import type { ChannelModel, ConsumeMessage } from 'amqplib';
import { retryDelays, type RetryDelay } from '#libs/contracts/topology.js';
import type { AmqpConnection } from './amqp-connection.js';
import { Circuit, type CircuitOptions } from './circuit.js';
import { consumerMetrics } from './consumer-metrics.js';
import { Consumption } from './consumption.js';
import { deliveryOf } from './delivery.js';
import { MessageHandling, type MessageHandler } from './message-handling.js';
import type { Publishes } from './publisher.js';

export interface ConsumerOptions {
  /** Deliveries in hand at once; well above the size of a group, so that the next group forms while one commits. */
  readonly prefetch?: number;
  readonly retryDelays?: readonly RetryDelay[];
  readonly circuit?: CircuitOptions;
}

/**
 * Reads one queue: takes deliveries in hand, has them handled side by side, and settles each. On every new connection
 * it begins anew; what was in hand on the old one the broker delivers again.
 */
export class QueueConsumer {
  private readonly logger = new Logger('Consumer');
  private readonly circuit: Circuit;
  private readonly handling: MessageHandling;
  private readonly retryDelays: readonly RetryDelay[];
  private current: Consumption | undefined;
  private consumerTag: string | undefined;
  private stopped = false;

  constructor(
    readonly queue: string,
    private readonly connection: AmqpConnection,
    publisher: Publishes,
    handlerOf: (type: string) => MessageHandler | undefined,
    private readonly options: ConsumerOptions = {},
  ) {
    this.retryDelays = options.retryDelays ?? retryDelays;
    this.circuit = new Circuit({ ...options.circuit, onChange: (open) => this.showCircuit(open) });
    this.handling = new MessageHandling(handlerOf, publisher, this.circuit, this.retryDelays);
  }

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
    await channel.prefetch(this.options.prefetch ?? 400);
    const { consumerTag } = await channel.consume(this.queue, (message) =>
      this.receive(consumption, message),
    );
    this.consumerTag = consumerTag;
    this.current = consumption;
  }

  /**
   * Takes no more, waits up to `withinMs` for what is in hand, acks it and closes the channel. What is not done by then
   * goes back to the queue.
   */
  async stop(withinMs: number): Promise<void> {
    this.stopped = true;
    this.circuit.stop();
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
    void this.handle(consumption, message);
  }

  private async handle(consumption: Consumption, message: ConsumeMessage): Promise<void> {
    const delivery = deliveryOf(this.queue, message, this.retryDelays);
    const result = await this.handling.handle(delivery, consumption.gone);
    if (result === 'abandoned') consumption.abandon();
    else consumption.settle(delivery.tag);
  }

  private showCircuit(open: boolean): void {
    consumerMetrics.circuitOpen.set({ consumer: this.queue }, open ? 1 : 0);
    if (open) this.logger.warn('everything fails: slowing down to single probes', { queue: this.queue });
    else this.logger.log('back to full speed', { queue: this.queue });
  }
}
