import {
  BaseRpcContext,
  Server,
  type CustomTransportStrategy,
  type MessageHandler as NestHandler,
} from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import { messageTypes } from '#libs/contracts/catalogue-of-messages.js';
import { queueReceives } from '#libs/contracts/routing.js';
import type { RetryDelay, WorkQueue } from '#libs/contracts/topology.js';
import { Defect } from '#libs/kernel/errors.js';
import type { AmqpConnection } from '../broker/amqp-connection.js';
import type { BrokerUsers } from '../broker/broker-users.js';
import type { CircuitBreakerOptions } from './circuit-breaker.js';
import { showConsumer } from './consumer-metrics.js';
import { deliveredTwice } from './deliver-twice.js';
import type { Envelope } from '../envelope/envelope.js';
import type { MessageHandler } from './message-handling.js';
import type { ParkingLot } from '../parking/parking-lot.js';
import type { Publishes } from '../broker/publisher.js';
import { QueueConsumer } from './queue-consumer.js';
import type { RequiredSenders } from './sender-check.js';
import { ForeignReaderWatch } from './foreign-reader-watch.js';

export interface TransportOptions {
  readonly consumes: readonly WorkQueue[];
  readonly prefetch?: number;
  /** Has every message handled twice: for tests, which should not notice. */
  readonly deliverTwice?: boolean;
  readonly retryDelays?: readonly RetryDelay[];
  readonly circuitBreaker?: CircuitBreakerOptions;
  /** Messages that have no effect when the broker does not prove who sent them. Default: commands. */
  readonly requireSender?: RequiredSenders;
  /** How often it is counted who reads a participant's queue. */
  readonly countReadersEveryMs?: number;
  /** How long a shutdown waits for deliveries in hand. */
  readonly finishWithinMs?: number;
}

/**
 * Brings messages to the `@EventPattern` methods of a Nest application, by their type. Connect it with
 * `startConsuming` (start-consuming.ts), which also sees to it that a handler's error arrives here as it was thrown.
 */
export class AmqpTransport extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true;
  private readonly consumers: readonly QueueConsumer[];
  private readonly watches: readonly ForeignReaderWatch[];
  /** By queue: a message that is good elsewhere has no business here, whoever was able to put it here. */
  private readonly handlers = new Map<string, Map<string, MessageHandler>>();
  private prepared = false;

  constructor(
    private readonly connection: AmqpConnection,
    users: BrokerUsers,
    publisher: Publishes,
    private readonly options: TransportOptions,
    private readonly parkingLot: ParkingLot,
    private readonly afterClose: () => Promise<void> = () => Promise.resolve(),
  ) {
    super();
    this.consumers = options.consumes.map((queue) => {
      const handlerOf = (type: string): MessageHandler | undefined =>
        this.handlers.get(queue.name)?.get(type);
      return new QueueConsumer(queue, users, connection, publisher, handlerOf, options);
    });
    this.watches = options.consumes
      .filter(({ forParticipant }) => forParticipant)
      .map(({ name }) => new ForeignReaderWatch(name, options.countReadersEveryMs));
  }

  /** Every queue is being read. */
  get isAttached(): boolean {
    return this.consumers.every((consumer) => consumer.isAttached) && this.parkingLot.isAttached;
  }

  /** Called by `startConsuming`; without it, Nest would hide from us what handlers throw. */
  prepare(): void {
    this.prepared = true;
  }

  /** Begins to consume as soon as the broker is there, which need not be now. */
  listen(callback: (error?: unknown) => void): void {
    if (!this.prepared) {
      callback(new Defect('connect the AMQP transport with startConsuming(app)'));
      return;
    }
    for (const queue of this.options.consumes) this.handlers.set(queue.name, this.handlersFor(queue));
    for (const consumer of this.consumers) {
      showConsumer(consumer.queue, this.handlers.get(consumer.queue)!.keys());
      this.connection.onConnection((model) => consumer.attach(model));
    }
    for (const watch of this.watches) this.connection.onConnection((model) => watch.attach(model));
    this.connection.onConnection((model) => this.parkingLot.attach(model));
    if (this.consumers.length + this.parkingLot.queues.length > 0) this.connection.open();
    callback();
  }

  async close(): Promise<void> {
    const withinMs = this.options.finishWithinMs ?? 10_000;
    for (const watch of this.watches) watch.stop();
    await Promise.all([...this.consumers, this.parkingLot].map((reader) => reader.stop(withinMs)));
    await this.connection.close();
    await this.afterClose();
  }

  on(): void {
    throw new Defect('the AMQP transport has no events to listen to');
  }

  unwrap<T>(): T {
    throw new Defect('amqplib stays inside libs/messaging');
  }

  private handlersFor(queue: WorkQueue): Map<string, MessageHandler> {
    const received = [...this.messageHandlers].filter(([type]) => {
      const message = messageTypes.get(type);
      return message !== undefined && queueReceives(queue, message);
    });
    return new Map(received.map(([type, handler]) => [type, this.handlerOf(handler)]));
  }

  private handlerOf(handler: NestHandler): MessageHandler {
    const handle = async (message: Envelope): Promise<unknown> => {
      const result: unknown = await handler(message, new BaseRpcContext([message]));
      // A failure comes back as an observable, too.
      return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
    };
    return this.options.deliverTwice ? deliveredTwice(handle) : handle;
  }
}
