import { Logger } from '@nestjs/common';
import type { ConsumeMessage } from 'amqplib';
import { backoffMs } from '../broker/backoff.js';
import type { Service, WorkQueue } from '#libs/contracts/topology.js';
import type { BrokerUsers } from '../broker/broker-users.js';
import { asNew, parkedDeliveryOf, type ParkedDelivery } from './parked-delivery.js';
import { pause } from '../broker/pause.js';
import type { Publishes } from '../broker/publisher.js';
import type { AckDecision } from '../broker/queue-reader.js';

/** Keeps a parked message; resolves when that is durable. May be called twice for one parking. */
export type KeepParked = (message: ParkedDelivery) => Promise<unknown>;

/**
 * RabbitMQ 4 drops what it has delivered in vain 20 times, where there is no further queue to put it into. Well before
 * that, a parked message is put into its lot anew.
 */
const maxDeliveries = 10;

const firstWaitMs = 500;
const longestWaitMs = 15_000;

/** What happens to a delivery from a parking lot: it is kept, however long that takes, or left to the broker. */
export class ParkedHandling {
  private readonly logger = new Logger('ParkingLot');
  private readonly stopping = new AbortController();
  private failing = false;

  constructor(
    private readonly queue: WorkQueue,
    /** Who collects. */
    private readonly service: Service,
    private readonly users: BrokerUsers,
    private readonly publisher: Publishes,
    private readonly keep: KeepParked,
    /** Two: as if each were delivered twice. */
    private readonly copies: 1 | 2 = 1,
  ) {}

  /** Ends all waiting: what is not kept yet is left to the broker. */
  stop(): void {
    this.stopping.abort();
  }

  /** @param gone aborted when the delivery's channel is gone. */
  async handle(message: ConsumeMessage, gone: AbortSignal): Promise<AckDecision> {
    const parked = this.read(message);
    for (let failures = 0; !gone.aborted && !this.stopping.signal.aborted;) {
      if (parked.earlierDeliveries >= maxDeliveries && (await this.putBackAsNew(parked))) return 'settled';
      try {
        await this.keepCopies(message);
        this.failing = false;
        return 'settled';
      } catch (error) {
        this.notice(parked, error);
        await this.waitAfter(++failures);
      }
    }
    return 'abandoned';
  }

  private async keepCopies(message: ConsumeMessage): Promise<void> {
    // Each is read anew: that they are one is for the keeper to find out.
    const copies = Array.from({ length: this.copies }, () => this.read(message));
    await Promise.all(copies.map((copy) => this.keep(copy)));
  }

  private read(message: ConsumeMessage): ParkedDelivery {
    return parkedDeliveryOf(this.queue, message, this.users);
  }

  private async putBackAsNew(parked: ParkedDelivery): Promise<boolean> {
    return (await this.publisher.publish(asNew(this.service, parked))) === 'confirmed';
  }

  /** Once per outage, which takes every message alike. */
  private notice({ id }: ParkedDelivery, error: unknown): void {
    if (!this.failing) this.logger.warn(`parked messages wait in their queue: ${id}`, error);
    this.failing = true;
  }

  private async waitAfter(failures: number): Promise<void> {
    const { signal } = this.stopping;
    let stop: () => void = () => undefined;
    const stopped = new Promise<void>((resolve) => (stop = resolve));
    signal.addEventListener('abort', stop, { once: true });
    await Promise.race([pause(backoffMs(failures, { firstMs: firstWaitMs, capMs: longestWaitMs })), stopped]);
    signal.removeEventListener('abort', stop);
  }
}
