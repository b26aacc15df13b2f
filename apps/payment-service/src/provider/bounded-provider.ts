import type { Clock } from '#libs/kernel/clock.js';
import type { Money } from '#libs/kernel/money.js';
import type { ChargeOutcome } from '../domain/payment.js';
import { ConcurrencyLimit } from './concurrency-limit.js';
import {
  ProviderTimeout,
  type Charge,
  type ChargeReference,
  type LedgerPage,
  type Listing,
  type PaymentProvider,
} from './payment-provider.js';
import { duration, requests, type Operation } from './provider-metrics.js';

export interface Bounds {
  readonly timeoutSeconds: number;
  /** Charges at once. Looks and refunds have as many places of their own: charges that hang must not hold them up. */
  readonly concurrency: number;
}

/** A provider that always answers, if only with ProviderTimeout, however the one behind it behaves. */
export class BoundedProvider implements PaymentProvider {
  private readonly charges: ConcurrencyLimit;
  private readonly others: ConcurrencyLimit;

  constructor(
    private readonly provider: PaymentProvider,
    private readonly bounds: Bounds,
    private readonly clock: Clock,
  ) {
    this.charges = new ConcurrencyLimit(bounds.concurrency);
    this.others = new ConcurrencyLimit(bounds.concurrency);
  }

  charge(charge: Charge): Promise<ChargeOutcome> {
    return this.charges.run(() => this.inTime('charge', (signal) => this.provider.charge(charge, signal)));
  }

  refund(charge: ChargeReference): Promise<Money | null> {
    return this.others.run(() => this.inTime('refund', (signal) => this.provider.refund(charge, signal)));
  }

  find(key: string): Promise<ChargeOutcome | undefined> {
    return this.others.run(() => this.inTime('find', (signal) => this.provider.find(key, signal)));
  }

  list(listing: Listing): Promise<LedgerPage> {
    return this.others.run(() => this.inTime('list', (signal) => this.provider.list(listing, signal)));
  }

  /** Time begins when the call does: waiting for a place is our doing, not the provider's. */
  private async inTime<Result>(
    operation: Operation,
    call: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const { timeoutSeconds } = this.bounds;
    const start = this.clock.monotonicMs();
    const giveUp = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    // Not left to the signal alone: an adapter that ignores it must not be able to hold a message for ever.
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const reason = new ProviderTimeout(`no answer to ${operation} within ${timeoutSeconds} s`);
        reject(reason);
        giveUp.abort(reason);
      }, timeoutSeconds * 1000);
    });
    try {
      const result = await Promise.race([call(giveUp.signal), silence]);
      requests.inc({ operation, result: 'answered' });
      return result;
    } catch (error) {
      requests.inc({ operation, result: error instanceof ProviderTimeout ? 'timeout' : 'failed' });
      throw error;
    } finally {
      clearTimeout(timer);
      duration.observe({ operation }, (this.clock.monotonicMs() - start) / 1000);
    }
  }
}
