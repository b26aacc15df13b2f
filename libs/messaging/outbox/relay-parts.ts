import { Logger } from '@nestjs/common';
import type { Clock } from '#libs/kernel/clock.js';
import type { Timers } from '#libs/kernel/timers.js';
import type { AmqpConnection } from '../broker/amqp-connection.js';
import type { OutboxBacklog } from './outbox-backlog.js';
import type { OutboxStore } from './outbox-store.js';

/** What the jobs of one relay have in common. */
export interface RelayParts {
  /** Whose leases these are. */
  readonly owner: string;
  readonly store: OutboxStore;
  readonly backlog: OutboxBacklog;
  readonly connection: Pick<AmqpConnection, 'isUp' | 'isBlocked' | 'on'>;
  readonly database: OutboxDatabase;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** Failures of the database end here: leases run out by themselves, and the next round tries again. */
export class OutboxDatabase {
  private readonly logger = new Logger('OutboxRelay');
  private isAway = false;

  /** @returns whether it was done. Tells of an outage once. Never rejects. */
  async attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      this.isAway = false;
      return true;
    } catch (error) {
      if (!this.isAway) this.logger.warn('the outbox cannot be reached', error);
      this.isAway = true;
      return false;
    }
  }
}
