import { Fault } from '#libs/kernel/errors.js';
import type { Money } from '#libs/kernel/money.js';
import type { ChargeOutcome } from '../domain/payment.js';

/**
 * A payment provider, as far as payments need one. An adapter has to keep these promises, because what the customer is
 * charged stands on them; testing/payment-provider.contract.ts proves each, for every adapter and for the fake.
 *
 * 1. A key is charged at most once, however often and from wherever it is asked. Asked again, it says how that charge
 *    stands, for ever.
 * 2. Whatever ends a call early (a crash, a timeout, an aborted signal), `find` says afterwards what is held.
 * 3. After `refund` the key is dead: nothing of it is kept, and a charge with it, late or under way, is refused.
 * 4. `list` leads page by page through all that it holds or has held: each key that was captured or is pending, once,
 *    whoever charged it and whatever happens meanwhile.
 *
 * Every call may throw Fault when the provider fails or is away; what it did by then is for `find` to say. Aborting the signal
 * ends the waiting, not the charge.
 */
export interface PaymentProvider {
  /** @throws Defect when the key was charged before with another amount. */
  charge(charge: Charge, signal?: AbortSignal): Promise<ChargeOutcome>;

  /** Gives back what was captured, in full, and kills the key. Again: the same amount again. Null: nothing was captured. */
  refund(charge: ChargeReference, signal?: AbortSignal): Promise<Money | null>;

  /** How the charge with this key stands; undefined when there is none and the key is alive. */
  find(key: string, signal?: AbortSignal): Promise<ChargeOutcome | undefined>;

  /**
   * A page of the ledger, oldest charge first. Keys of which nothing was ever captured need not be among them.
   * @throws Defect when `after` is not a `next` that this provider gave.
   */
  list(listing: Listing, signal?: AbortSignal): Promise<LedgerPage>;
}

export interface Listing {
  /** Null: from the first charge. */
  readonly from: Date | null;
  /** Exclusive. */
  readonly to: Date;
  /** `next` of the page before; null: from the start. */
  readonly after: string | null;
  /** Most entries of the page. */
  readonly limit: number;
}

export interface LedgerPage {
  readonly entries: readonly LedgerEntry[];
  /** Null on the last page. */
  readonly next: string | null;
}

/** What the provider holds with one key. */
export interface LedgerEntry {
  readonly key: string;
  /** Null where the provider was not told. */
  readonly orderId: string | null;
  /** All that was taken; null: nothing. */
  readonly captured: Money | null;
  /** All that was given back; null: nothing. */
  readonly refunded: Money | null;
  /** May be captured yet. */
  readonly pending: boolean;
  readonly madeAt: Date;
}

export interface ChargeReference {
  /** The payment's id. */
  readonly key: string;
  readonly orderId: string;
}

export interface Charge extends ChargeReference {
  readonly customerId: string;
  readonly amount: Money;
  /** Stands for the card. Never stored and never logged. Absent: the means of payment kept for the customer. */
  readonly token: string | undefined;
}

/** The provider did not answer in time: what it did is unknown until it is asked. */
export class ProviderTimeout extends Fault {
  override readonly name = 'ProviderTimeout';
}

/** Injection token of the provider in use. */
export const PAYMENT_PROVIDER = Symbol('PAYMENT_PROVIDER');
