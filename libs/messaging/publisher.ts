import type { ChannelModel, ConfirmChannel, Message } from 'amqplib';
import type { AmqpConnection } from './amqp-connection.js';
import { pause } from './pause.js';

/** A message as it goes to the broker: bytes and an address. */
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

/** Only `confirmed` means that the broker has it. After all others it may have it, or not. */
export type PublishOutcome = 'confirmed' | 'returned' | 'nacked' | 'timed-out' | 'channel-closed';

/** Hands messages to the broker; never rejects. */
export interface Publishes {
  publish(message: WireMessage): Promise<PublishOutcome>;
}

export const cloudEventsContentType = 'application/cloudevents+json';

export interface PublisherOptions {
  /** Messages on the way without a confirm; further ones wait. */
  readonly windowSize?: number;
  readonly confirmTimeoutMs?: number;
}

interface Sending {
  readonly message: WireMessage;
  readonly settle: (outcome: PublishOutcome) => void;
  /** Monotonic milliseconds. */
  sentAt: number;
  returned: boolean;
}

/**
 * Publishes on one confirm channel, in the order of the calls. A full window and a blocked connection make messages
 * wait: how many may wait is bounded by who calls. A lost channel settles all of them as `channel-closed` at once.
 */
export class Publisher implements Publishes {
  private channel: ConfirmChannel | undefined;
  private readonly waiting: Sending[] = [];
  /** In the order of sending, so that the oldest is the first to be overdue. */
  private readonly unconfirmed = new Set<Sending>();
  private readonly mandatoryByAddress = new Map<string, Sending>();
  private readonly windowSize: number;
  private readonly confirmTimeoutMs: number;
  private sweep: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: AmqpConnection,
    options: PublisherOptions = {},
  ) {
    this.windowSize = options.windowSize ?? 2_000;
    this.confirmTimeoutMs = options.confirmTimeoutMs ?? 10_000;
    connection.onConnection((model) => this.attach(model));
    connection.on('unblocked', () => this.resume());
  }

  publish(message: WireMessage): Promise<PublishOutcome> {
    if (!this.channel) return Promise.resolve('channel-closed');
    return new Promise((settle) => {
      this.waiting.push({ message, settle, sentAt: 0, returned: false });
      this.pump();
    });
  }

  /** Resolves when nothing is on the way any more. */
  async flush(): Promise<void> {
    while (this.waiting.length > 0 || this.unconfirmed.size > 0) {
      await pause(10);
    }
  }

  private async attach(model: ChannelModel): Promise<void> {
    const channel = await model.createConfirmChannel();
    // The close that follows says all there is to do.
    channel.on('error', () => undefined);
    channel.on('return', (message) => this.noteReturn(message));
    channel.on('close', () => this.detach(channel));
    this.channel = channel;
    this.sweep = setInterval(() => this.giveUpOverdue(), Math.min(1_000, this.confirmTimeoutMs / 2)).unref();
  }

  private detach(channel: ConfirmChannel): void {
    if (this.channel !== channel) return;
    this.channel = undefined;
    clearInterval(this.sweep);
    // amqplib has settled those that were sent.
    for (const { settle } of this.waiting.splice(0)) settle('channel-closed');
    this.connection.abandon('the publishing channel was closed');
  }

  private pump(): void {
    while (this.channel && !this.connection.isBlocked && this.unconfirmed.size < this.windowSize) {
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
      // Closed in this very moment.
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
    // A confirm may still come after its time; the message was given up then.
    if (!this.unconfirmed.delete(sending)) return;
    const { exchange, routingKey, id } = sending.message;
    const address = addressOf(exchange, routingKey, id);
    if (this.mandatoryByAddress.get(address) === sending) this.mandatoryByAddress.delete(address);
    sending.settle(outcome);
    if (this.waiting.length > 0) this.pump();
  }

  private giveUpOverdue(): void {
    // A blocked broker reads nothing: it cannot confirm, and will go on where it stopped.
    if (this.connection.isBlocked) return;
    const oldestAllowed = performance.now() - this.confirmTimeoutMs;
    for (const sending of this.unconfirmed) {
      if (sending.sentAt > oldestAllowed) return;
      this.settle(sending, 'timed-out');
    }
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
