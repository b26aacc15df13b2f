import type { Channel } from 'amqplib';
import { AckWindow } from './ack-window.js';
import { pause } from './pause.js';

/**
 * The deliveries of one channel. Tags mean something on that channel only, so whatever ends after it is gone is not
 * acked: the broker has put the message back already.
 */
export class ChannelSession {
  private readonly window = new AckWindow();
  private readonly ended = new AbortController();
  private abandonedCount = 0;
  private flushing = false;

  constructor(readonly channel: Channel) {
    channel.on('close', () => this.ended.abort());
  }

  /** Aborted when the channel is gone. */
  get gone(): AbortSignal {
    return this.ended.signal;
  }

  /** Deliveries that will still be settled. */
  get inHandCount(): number {
    return this.window.inHandCount - this.abandonedCount;
  }

  deliver(tag: number): void {
    this.window.deliver(tag);
  }

  /** Acks the delivery, together with those that end in the same turn of the event loop: a group commits them all. */
  settle(tag: number): void {
    this.window.settle(tag);
    if (this.flushing) return;
    this.flushing = true;
    setImmediate(() => this.flush());
  }

  /** Leaves the delivery to the broker, which delivers it again when the channel is closed. */
  abandon(): void {
    this.abandonedCount += 1;
  }

  /** Waits until nothing is in hand, the channel is gone, or the time is up. */
  async finish(withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (this.inHandCount > 0 && !this.gone.aborted && performance.now() < deadline) {
      await pause(5);
    }
    this.flush();
  }

  private flush(): void {
    this.flushing = false;
    if (this.gone.aborted) return;
    const { upTo, single } = this.window.take();
    try {
      if (upTo !== undefined) this.ack(upTo, true);
      for (const tag of single) this.ack(tag, false);
    } catch {
      // The channel closed just now: the broker delivers again, and the inbox knows the messages.
    }
  }

  private ack(tag: number, multiple: boolean): void {
    // All that amqplib takes from a message here is its tag.
    this.channel.ack({ fields: { deliveryTag: tag } } as Parameters<Channel['ack']>[0], multiple);
  }
}
