import { Logger } from '@nestjs/common';
import type { Channel, ChannelModel } from 'amqplib';
import { instancesQueueOf } from '#libs/contracts/topology.js';
import { showAgeOf } from '#libs/observability/stats-age.js';
import { consumerMetrics } from './consumer-metrics.js';

/** Instances come and go in between two counts: what is there once may be gone already. */
const countsToBelieve = 2;

/**
 * Looks for programs that read a participant's queue and are no instances of it. Each of them gets a part of the commands, and
 * knows nothing of the rest: a refund of what another has taken would be agreed to, with nothing given back. Only
 * people can say who is to stay, so it is told (alert `QueueShared`), and nothing is ended.
 */
export class ForeignReaderWatch {
  private readonly logger = new Logger('ForeignReaderWatch');
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private counts = 0;
  private readonly refreshed = showAgeOf('queue-readers');

  constructor(
    private readonly queue: string,
    private readonly everyMs = 10_000,
  ) {}

  /** Begins on a new connection. The queues are declared by then. */
  async attach(model: ChannelModel): Promise<void> {
    clearInterval(this.timer);
    if (this.stopped) return;
    const channel = await model.createChannel();
    // A look that fails ends with its channel; the next connection begins anew.
    channel.on('error', () => undefined);
    channel.on('close', () => clearInterval(this.timer));
    await channel.consume(instancesQueueOf(this.queue), () => undefined, { noAck: true });
    this.timer = setInterval(() => void this.look(channel).catch(() => undefined), this.everyMs).unref();
    consumerMetrics.foreignReaders.set({ consumer: this.queue }, 0);
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.timer);
  }

  private async look(channel: Channel): Promise<void> {
    const all = await channel.checkQueue(this.queue);
    const ours = await channel.checkQueue(instancesQueueOf(this.queue));
    const foreignReaders = Math.max(0, all.consumerCount - ours.consumerCount);
    this.counts = foreignReaders > 0 ? this.counts + 1 : 0;
    if (this.counts === countsToBelieve)
      this.logger.error('somebody else reads this queue, and gets a part of the commands', {
        queue: this.queue,
        count: foreignReaders,
      });
    consumerMetrics.foreignReaders.set(
      { consumer: this.queue },
      this.counts >= countsToBelieve ? foreignReaders : 0,
    );
    this.refreshed();
  }
}
