import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { runInContext } from '#libs/observability/request-context.js';
import { duePayments, type DuePayment } from './due-payments.query.js';
import { SettlePaymentHandler } from './settle-payment.handler.js';

/** Settlements take seconds to days; an idle look costs one index probe. */
const intervalMs = 500;

/** Charges that are looked at at once. After a full batch the next follows without a pause. */
const batchMax = 100;

/** Looks at pending charges when they are due. Every instance runs one; that two look at one charge does no harm. */
@Injectable()
export class SettlementPoller implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger('SettlementPoller');
  readonly #stopping = new AbortController();
  #polling: Promise<void> = Promise.resolve();
  #failing = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly handler: SettlePaymentHandler,
  ) {}

  onApplicationBootstrap(): void {
    this.#polling = this.#poll();
  }

  /** Resolves when the batch in hand is done. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    await this.#polling;
  }

  async #poll(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const looked = await this.#look();
      if (looked < batchMax) {
        await pause(intervalMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
  }

  /** How many charges it could settle or put off. Never rejects: the next look comes anyway. */
  async #look(): Promise<number> {
    try {
      const due = await duePayments(this.dataSource, batchMax);
      const results = await Promise.allSettled(due.map((payment) => this.#settle(payment)));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
      this.#failing = false;
      return due.length;
    } catch (error) {
      // Said once per outage, not twice a second for as long as it lasts.
      if (!this.#failing) this.#logger.warn('pending payments cannot be settled for now', error);
      this.#failing = true;
      return 0;
    }
  }

  #settle({ id, orderId, askedBy }: DuePayment): Promise<void> {
    const origin = {
      orderId,
      sagaId: askedBy?.sagaId ?? undefined,
      traceparent: askedBy?.traceparent ?? undefined,
    };
    return runInContext(origin, () => this.handler.handle(id));
  }
}
