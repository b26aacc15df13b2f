import { Fault, LoneFault } from '#libs/kernel/errors.js';
import type { Money } from '#libs/kernel/money.js';
import type { ChargeOutcome } from '../domain/payment.js';
import {
  ProviderTimeout,
  type Charge,
  type ChargeReference,
  type LedgerPage,
  type Listing,
  type PaymentProvider,
} from './payment-provider.js';

/**
 * Tells an outage from a call that failed alone. After a failed charge or refund the provider is asked what it holds,
 * which it can answer whatever is wrong with one card: if it does, it is there, and only this message is tried again
 * later; if it does not, it is away, and messages wait in hand until it is back (docs/adr/0018).
 */
export class OutageAwareProvider implements PaymentProvider {
  constructor(private readonly provider: PaymentProvider) {}

  /** @throws ProviderTimeout as it came: whoever charges then looks for the outcome. */
  async charge(charge: Charge, signal?: AbortSignal): Promise<ChargeOutcome> {
    try {
      return await this.provider.charge(charge, signal);
    } catch (error) {
      if (error instanceof ProviderTimeout) throw error;
      throw await this.told(error, charge.key);
    }
  }

  async refund(charge: ChargeReference, signal?: AbortSignal): Promise<Money | null> {
    try {
      return await this.provider.refund(charge, signal);
    } catch (error) {
      throw await this.told(error, charge.key);
    }
  }

  find(key: string, signal?: AbortSignal): Promise<ChargeOutcome | undefined> {
    return this.provider.find(key, signal);
  }

  /** @throws LoneFault whatever fails: that the ledger cannot be read for now must not hold up payments. */
  async list(listing: Listing, signal?: AbortSignal): Promise<LedgerPage> {
    try {
      return await this.provider.list(listing, signal);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      throw new LoneFault("the provider's ledger cannot be read", { cause: error });
    }
  }

  private async told(error: unknown, key: string): Promise<unknown> {
    if (!(error instanceof Fault)) return error;
    try {
      await this.provider.find(key);
    } catch {
      return error;
    }
    return new LoneFault(`the provider is there, and failed at payment ${key}`, { cause: error });
  }
}
