import { Logger } from '@nestjs/common';
import type { ChannelModel, ConfirmChannel, Message } from 'amqplib';
import type { AmqpConnection } from './amqp-connection.js';
import { publisherMetrics } from './publisher-metrics.js';

/** A message as it goes to the broker: bytes and an address. Who sends it is said by the publisher. */
export interface WireMessage {
  readonly exchange: string;
  readonly routingKey: string;
  readonly alsoRoutedAs?: readonly string[];
  /** Whether the broker is to hand it back when no queue takes it; else it is confirmed, and gone. */
  readonly mandatory: boolean;
  readonly id?: string;
  readonly type?: string;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body: Buffer;
}

/** Only `confirmed` means that the broker has it. After any other it may have it or not. */
export type PublishOutcome = 'confirmed' | 'returned' | 'nacked' | 'channel-closed';

/** Hands messages to the broker; never rejects. */
export interface Publishes {
  publish(message: WireMessage): Promise<PublishOutcome>;
}

export const cloudEventsContentType = 'application/cloudevents+json';

export interface PublisherOptions {
  /** Messages on the way without a confirm, not counting late ones; further ones wait. */
  readonly windowSize?: number;
  /** After this a confirm is late: its message makes room for others, and is waited for. */
  readonly lateAfterMs?: number;
  /** After this the connection is given up, which settles all that is on it; doubles while that does not help. */
  readonly giveUpAfterMs?: number;
}

interface Sending {
  readonly message: WireMessage;
  readonly settle: (outcome: PublishOutcome) => void;
  /** Monotonic milliseconds. */
  sentAt: number;
  returned: boolean;
  late: boolean;
}

/** More patience than this would only hide a broker that has lost a confirm. */
const maxPatienceMs = 60 * 60 * 1000;

const saidEveryMs = 10_000;

/**
 * Publishes on one confirm channel, in the order of the calls. A full window and a blocked connection make messages
 * wait: the callers bound how many may wait. A lost channel settles all of them as `channel-closed` at once.
 *
 * A broker that is slow, or a queue that has no leader for a while, confirms late, and what was sent again meanwhile
 * would be there twice and make it slower still. So nothing is sent again as long as its channel lives: RabbitMQ
 * answers each message in the end, or closes the channel (https://www.rabbitmq.com/docs/confirms).
 */
export class Publisher implements Publishes {
  private channel: ConfirmChannel | undefined;
  private readonly waiting: Sending[] = [];
  /** In the order of sending, so that the oldest is the first to be overdue. */
  private readonly unconfirmed = new Set<Sending>();
  private readonly mandatoryByAddress = new Map<string, Sending>();
  private readonly windowSize: number;
  private readonly lateAfterMs: number;
  private readonly giveUpAfterMs: number;
  private patienceMs: number;
  private lateCount = 0;
  private gaveUpAt = -Infinity;
  private saidAt = -Infinity;
  private readonly logger = new Logger('Publisher');
  private sweep: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: AmqpConnection,
    options: PublisherOptions = {},
  ) {
    this.windowSize = options.windowSize ?? 2_000;
    this.lateAfterMs = options.lateAfterMs ?? 10_000;
    this.giveUpAfterMs = options.giveUpAfterMs ?? 10 * 60 * 1000;
    this.patienceMs = this.giveUpAfterMs;
    connection.onConnection((model) => this.attach(model));
    connection.on('unblocked', () => this.resume());
  }

  publish(message: WireMessage): Promise<PublishOutcome> {
    if (!this.channel) return Promise.resolve('channel-closed');
    return new Promise((settle) => {
      this.waiting.push({ message, settle, sentAt: 0, returned: false, late: false });
      this.pump();
    });
  }

  private async attach(model: ChannelModel): Promise<void> {
    const channel = await model.createConfirmChannel();
    // The close that follows is what is acted on.
    channel.on('error', () => undefined);
    channel.on('return', (message) => this.noteReturn(message));
    channel.on('close', () => this.detach(channel));
    this.channel = channel;
    this.sweep = setInterval(() => this.lookForLate(), Math.min(1_000, this.lateAfterMs / 2)).unref();
  }

  private detach(channel: ConfirmChannel): void {
    if (this.channel !== channel) return;
    this.channel = undefined;
    clearInterval(this.sweep);
    // amqplib has settled those that were sent.
    for (const { settle } of this.waiting.splice(0)) settle('channel-closed');
    this.connection.abandon('the publishing channel was closed');
  }

  private get onTheWay(): number {
    return this.unconfirmed.size - this.lateCount;
  }

  private pump(): void {
    while (this.channel && !this.connection.isBlocked && this.onTheWay < this.windowSize) {
      const next = this.waiting.shift();
      if (!next) return;
      this.send(this.channel, next);
    }
  }

  private send(channel: ConfirmChannel, sending: Sending): void {
    const { message } = sending;
    const { exchange, routingKey, mandatory, body } = message;
    sending.sentAt = performance.now();
    this.unconfirmed.add(sending);
    if (mandatory) this.mandatoryByAddress.set(addressOf(exchange, routingKey, message.id), sending);
    const options = {
      persistent: true,
      mandatory,
      contentType: message.contentType,
      // The broker takes no other than the connection's own, so that whoever receives it knows that it is true.
      userId: this.connection.user,
      ...(message.id !== undefined && { messageId: message.id }),
      ...(message.type !== undefined && { type: message.type }),
      ...(message.headers && { headers: { ...message.headers } }),
      ...(message.alsoRoutedAs?.length && { CC: [...message.alsoRoutedAs] }),
    };
    try {
      channel.publish(exchange, routingKey, body, options, (error: unknown) => {
        this.settle(sending, error ? outcomeOf(error) : sending.returned ? 'returned' : 'confirmed');
      });
    } catch {
      // Closed just now.
      this.settle(sending, 'channel-closed');
    }
  }

  /** The broker hands back what it cannot route, and then confirms it. */
  private noteReturn({ fields, properties }: Message): void {
    const { exchange, routingKey } = fields;
    const id = properties.messageId as string | undefined;
    const sending = this.mandatoryByAddress.get(addressOf(exchange, routingKey, id));
    if (sending) sending.returned = true;
  }

  private settle(sending: Sending, outcome: PublishOutcome): void {
    if (!this.unconfirmed.delete(sending)) return;
    if (sending.late) {
      this.lateCount -= 1;
      if (outcome !== 'channel-closed') {
        publisherMetrics.lateConfirms.inc();
        // It was worth waiting for.
        this.patienceMs = this.giveUpAfterMs;
      }
    }
    const { exchange, routingKey, id } = sending.message;
    const address = addressOf(exchange, routingKey, id);
    if (this.mandatoryByAddress.get(address) === sending) this.mandatoryByAddress.delete(address);
    sending.settle(outcome);
    if (this.waiting.length > 0) this.pump();
  }

  private lookForLate(): void {
    // A blocked broker reads nothing: it cannot confirm, and will go on where it stopped.
    if (this.connection.isBlocked) return;
    const now = performance.now();
    const lateBefore = this.lateCount;
    for (const sending of this.unconfirmed) {
      if (sending.sentAt > now - this.lateAfterMs) break;
      if (!sending.late) this.lateCount += 1;
      sending.late = true;
    }
    publisherMetrics.late.set(this.lateCount);
    if (this.lateCount > lateBefore) {
      this.sayLate(now);
      this.pump();
    }
    // Answers from other queues say nothing of the silent one: all is well only when nothing was late for that long.
    if (this.lateCount === 0 && now - this.gaveUpAt > this.patienceMs) this.patienceMs = this.giveUpAfterMs;
    const [oldest] = this.unconfirmed;
    if (oldest && now - oldest.sentAt > this.patienceMs) {
      this.patienceMs = Math.min(2 * this.patienceMs, maxPatienceMs);
      this.gaveUpAt = now;
      this.connection.abandon('the broker does not confirm what it was sent');
    }
  }

  private sayLate(now: number): void {
    if (now - this.saidAt < saidEveryMs) return;
    this.saidAt = now;
    this.logger.warn('the broker confirms late', { count: this.lateCount });
  }

  private resume(): void {
    const now = performance.now();
    for (const sending of this.unconfirmed) sending.sentAt = now;
    this.pump();
  }
}

const outcomeOf = (error: unknown): PublishOutcome =>
  error instanceof Error && error.message === 'message nacked' ? 'nacked' : 'channel-closed';

const addressOf = (exchange: string, routingKey: string, id = ''): string =>
  `${exchange}\n${routingKey}\n${id}`;
