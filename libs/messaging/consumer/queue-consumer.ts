import { Logger } from '@nestjs/common';
import type { ChannelModel, ConsumeMessage } from 'amqplib';
import { retryDelays, type RetryDelay, type WorkQueue } from '#libs/contracts/topology.js';
import type { AmqpConnection } from '../broker/amqp-connection.js';
import { CircuitBreaker, type CircuitBreakerOptions } from './circuit-breaker.js';
import { consumerMetrics, type ProcessingResult } from './consumer-metrics.js';
import { deliveryOf, type Delivery } from '../parking/delivery.js';
import { MessageHandling, type MessageHandler } from './message-handling.js';
import type { BrokerUsers } from '../broker/broker-users.js';
import type { Publishes } from '../broker/publisher.js';
import { QueueReader, type AckDecision } from '../broker/queue-reader.js';
import { PoisonQuarantine } from './poison-quarantine.js';
import { SenderCheck, type RequiredSenders } from './sender-check.js';

export interface ConsumerOptions {
  /** Deliveries in hand at once; well above the size of a group, so that the next group forms while one commits. */
  readonly prefetch?: number;
  readonly retryDelays?: readonly RetryDelay[];
  readonly circuitBreaker?: CircuitBreakerOptions;
  /** Default: commands. */
  readonly requireSender?: RequiredSenders;
}

/** After this many deliveries without an answer (the process died, or lost its connection) the next is suspect. */
const suspectAfterDeliveries = 2;

/** Reads one queue and has its messages handled. */
export class QueueConsumer {
  private readonly logger = new Logger('Consumer');
  private readonly circuitBreaker: CircuitBreaker;
  private readonly handling: MessageHandling;
  private readonly retryDelays: readonly RetryDelay[];
  private readonly reader: QueueReader;
  private readonly prefetch: number;
  private readonly quarantine = new PoisonQuarantine();

  constructor(
    private readonly read: WorkQueue,
    private readonly users: BrokerUsers,
    connection: AmqpConnection,
    publisher: Publishes,
    handlerOf: (type: string) => MessageHandler | undefined,
    options: ConsumerOptions = {},
  ) {
    this.retryDelays = options.retryDelays ?? retryDelays;
    this.circuitBreaker = new CircuitBreaker({
      ...options.circuitBreaker,
      onChange: (open) => this.circuitChanged(open),
    });
    this.handling = new MessageHandling(
      read.consumer,
      new SenderCheck(users, options.requireSender),
      handlerOf,
      publisher,
      this.circuitBreaker,
      this.retryDelays,
    );
    const handle = (message: ConsumeMessage, gone: AbortSignal): Promise<AckDecision> =>
      this.handle(message, gone);
    this.prefetch = options.prefetch ?? 400;
    this.reader = new QueueReader(read.name, connection, handle, this.prefetch);
  }

  get queue(): string {
    return this.read.name;
  }

  get isAttached(): boolean {
    return this.reader.isAttached;
  }

  attach(model: ChannelModel): Promise<void> {
    return this.reader.attach(model);
  }

  stop(withinMs: number): Promise<void> {
    this.circuitBreaker.stop();
    return this.reader.stop(withinMs);
  }

  private async handle(message: ConsumeMessage, gone: AbortSignal): Promise<AckDecision> {
    const delivery = deliveryOf(this.read, message, this.retryDelays, this.users);
    const handle = (): Promise<ProcessingResult> => this.handling.handle(delivery, gone);
    const result = await (this.isSuspect(delivery) ? this.quarantine.handle(handle, gone) : handle());
    return result === 'abandoned' ? 'abandoned' : 'settled';
  }

  private isSuspect({ id, earlierDeliveries }: Delivery): boolean {
    if (earlierDeliveries < suspectAfterDeliveries) return false;
    const fields = { queue: this.queue, messageId: id, count: earlierDeliveries };
    this.logger.warn('message was in hand each time that a process or connection ended', fields);
    return true;
  }

  private circuitChanged(open: boolean): void {
    // One at a time, to probe with.
    this.reader.takeAtOnce(open ? 1 : this.prefetch);
    consumerMetrics.circuitOpen.set({ consumer: this.queue }, open ? 1 : 0);
    if (open) this.logger.warn('everything fails: slowing down to single probes', { queue: this.queue });
    else this.logger.log('back to full speed', { queue: this.queue });
  }
}
