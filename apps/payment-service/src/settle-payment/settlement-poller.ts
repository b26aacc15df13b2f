import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { handleAll, Poller } from '#libs/kernel/poller.js';
import { runInContext } from '#libs/observability';
import { InjectBackgroundSource } from '#libs/persistence/database';
import { duePayments, type DuePayment } from './due-payments.query.js';
import { SettlePaymentHandler } from './settle-payment.handler.js';

/** Settlements take seconds to days; an idle look costs one index probe. */
const intervalMs = 500;

/** Charges that are looked at at once. After a full batch the next follows without a pause. */
const maxBatch = 100;

/** Looks at pending charges when they are due. Every instance runs one; that two look at one charge does no harm. */
@Injectable()
export class SettlementPoller implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger('SettlementPoller');
  readonly #poller = new Poller({
    look: async (most) => handleAll(await duePayments(this.dataSource, most), (one) => this.#settle(one)),
    maxBatch,
    intervalMs,
    onFailing: (error) => this.#logger.warn('pending payments cannot be settled for now', error),
  });

  constructor(
    @InjectBackgroundSource() private readonly dataSource: DataSource,
    private readonly handler: SettlePaymentHandler,
  ) {}

  onApplicationBootstrap(): void {
    this.#poller.start();
  }

  /** Resolves when the batch in hand is done. */
  beforeApplicationShutdown(): Promise<void> {
    return this.#poller.stop();
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
