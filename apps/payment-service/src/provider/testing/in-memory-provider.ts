import { Defect, Fault } from '#libs/kernel/errors.js';
import { money, type Money } from '#libs/kernel/money.js';
import type { ChargeOutcome } from '../../domain/payment.js';
import {
  ProviderTimeout,
  type Charge,
  type ChargeReference,
  type LedgerPage,
  type Listing,
  type PaymentProvider,
} from '../payment-provider.js';

/** What the provider does with a charge that it has not decided on. `nothing`: not even an answer. */
export type Act = 'capture' | 'decline' | 'pend' | 'capture-in-silence' | 'nothing' | 'fail';

interface Entry {
  readonly amount: Money | null;
  readonly orderId: string;
  readonly madeAt: Date;
  outcome: ChargeOutcome | undefined;
}

/** A provider in a Map, told by the test what to do. Passes payment-provider.contract.ts. */
export class InMemoryProvider implements PaymentProvider {
  readonly calls: { readonly operation: 'charge' | 'refund' | 'find'; readonly key: string }[] = [];
  readonly captures: string[] = [];
  private readonly entries = new Map<string, Entry>();

  constructor(public act: (charge: Charge) => Act = () => 'capture') {}

  charge(charge: Charge, signal?: AbortSignal): Promise<ChargeOutcome> {
    this.calls.push({ operation: 'charge', key: charge.key });
    return this.decide(charge, signal);
  }

  async refund({ key, orderId }: ChargeReference): Promise<Money | null> {
    this.calls.push({ operation: 'refund', key });
    const entry = this.entries.get(key) ?? entryOf(orderId, null);
    this.entries.set(key, entry);
    if (entry.outcome?.kind !== 'dead') {
      entry.outcome = { kind: 'dead', refunded: entry.outcome?.kind === 'captured' ? entry.amount : null };
    }
    return entry.outcome.refunded;
  }

  async find(key: string): Promise<ChargeOutcome | undefined> {
    this.calls.push({ operation: 'find', key });
    return this.entries.get(key)?.outcome;
  }

  async list({ from, to, after, limit }: Listing): Promise<LedgerPage> {
    const all = [...this.entries].filter(([, { madeAt }]) => (!from || madeAt >= from) && madeAt < to);
    // A Map keeps the order in which keys were put in.
    const begin = after === null ? 0 : all.findIndex(([key]) => key === after) + 1;
    if (after !== null && begin === 0) throw new Defect(`no page begins after ${after}`);
    const page = all.slice(begin, begin + limit);
    return {
      entries: page.map(([key, { amount, orderId, madeAt, outcome }]) => {
        const refunded = outcome?.kind === 'dead' ? outcome.refunded : null;
        const captured = outcome?.kind === 'captured' ? amount : refunded;
        return { key, orderId, captured, refunded, pending: outcome?.kind === 'pending', madeAt };
      }),
      next: begin + limit < all.length ? page.at(-1)![0] : null,
    };
  }

  /** Captures what is pending. */
  settle(): void {
    for (const [key, entry] of this.entries) if (entry.outcome?.kind === 'pending') this.capture(key, entry);
  }

  /** Captured minus refunded. */
  kept(key: string): Money {
    const entry = this.entries.get(key);
    return entry?.outcome?.kind === 'captured' && entry.amount ? entry.amount : money(0, 'USD');
  }

  called(operation: 'charge' | 'refund' | 'find'): number {
    return this.calls.filter((call) => call.operation === operation).length;
  }

  private async decide(charge: Charge, signal?: AbortSignal): Promise<ChargeOutcome> {
    const known = this.entries.get(charge.key);
    if (known?.amount && known.amount.amountMinor !== charge.amount.amountMinor) {
      throw new Defect(`key ${charge.key} was charged before with another amount`);
    }
    if (known?.outcome) return known.outcome;
    const act = this.act(charge);
    if (act === 'fail') throw new Fault('the provider is away');
    if (act === 'nothing') return silence(signal);
    const entry = entryOf(charge.orderId, charge.amount);
    this.entries.set(charge.key, entry);
    switch (act) {
      case 'decline':
        return (entry.outcome = { kind: 'declined', code: 'declined' });
      case 'pend':
        return (entry.outcome = { kind: 'pending' });
      case 'capture':
        return this.capture(charge.key, entry);
      case 'capture-in-silence':
        this.capture(charge.key, entry);
        return silence(signal);
    }
  }

  private capture(key: string, entry: Entry): ChargeOutcome {
    this.captures.push(key);
    return (entry.outcome = { kind: 'captured' });
  }
}

const entryOf = (orderId: string, amount: Money | null): Entry => ({
  orderId,
  amount,
  madeAt: new Date(),
  outcome: undefined,
});

/** Without a signal the fake stands for a bounded provider, which gives up by itself. */
async function silence(signal?: AbortSignal): Promise<never> {
  if (!signal) throw new ProviderTimeout('no answer');
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
