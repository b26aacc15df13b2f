import { Defect, Fault } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import { money, type Money } from '#libs/kernel/money.js';
import type { ChargeOutcome } from '../../../apps/payment-service/src/domain/payment.js';
import {
  ProviderTimeout,
  type Charge,
  type ChargeReference,
  type LedgerPage,
  type Listing,
  type PaymentProvider,
} from '../../../apps/payment-service/src/provider/payment-provider.js';
import type { Life } from './life.js';
import { step, type World } from './simulation-world.js';

/** Of a call; see BoundedProvider. */
const timeoutMs = 10_000;

/** What the bank knows of one key. */
export interface LedgerEntry {
  readonly key: string;
  readonly orderId: string;
  amount: Money | null;
  captures: number;
  capturedMinor: number;
  refundedMinor: number;
  dead: boolean;
  declined: boolean;
  settlesAt: number | null;
  readonly madeAt: number;
  refundedAt: number | null;
}

/**
 * The bank: slow, away, silent, or late to receive a request that nobody waits for any more. It keeps the promises of
 * payment-provider.ts all the same, and its ledger is the truth about money.
 */
export class SimulatedProvider {
  readonly ledger = new Map<string, LedgerEntry>();
  /** Keys that nobody of ours has used: somebody's mistake, in the name of an order or of none. */
  readonly strays = new Set<string>();
  /** Keys that people have refunded at the bank, so that payment-service does not know of it. */
  readonly usedByHand = new Set<string>();
  #underWay = 0;

  constructor(
    private readonly world: World,
    /** Called at each change of the ledger. */
    private readonly onChange: (entry: LedgerEntry, what: string) => void,
    /** Called when a process asks for a charge, whether or not the bank receives the request. */
    private readonly onAsked: (charge: Charge) => void,
  ) {}

  /** Requests that were sent and have not arrived yet. */
  get underWay(): number {
    return this.#underWay;
  }

  get isPending(): boolean {
    return [...this.ledger.values()].some(({ settlesAt, dead }) => settlesAt !== null && !dead);
  }

  /** As one process reaches it. */
  connect(life: Life): PaymentProvider {
    return {
      charge: (asked) => {
        this.onAsked(asked);
        return this.#call(life, 'charge', () => this.#charge(asked));
      },
      refund: (asked) => this.#call(life, 'refund', () => this.#refund(asked)),
      find: (key) => this.#call(life, 'find', () => this.#standing(key)),
      list: (listing) => this.#call(life, 'list', () => this.#list(listing)),
    };
  }

  stray(orderId: string): void {
    const key = newId();
    this.strays.add(key);
    const entry = this.#entry(key, orderId);
    entry.amount = money(500, 'USD');
    this.#capture(entry);
    this.onChange(entry, 'charged');
  }

  async #call<Result>(life: Life, what: string, act: () => Result): Promise<Result> {
    const { faults, chance } = this.world;
    if (faults.strikes('provider-away')) {
      await step(this.world, life, 0, 50);
      throw new Fault('the provider is away');
    }
    if (faults.strikes('provider-silent-before')) return this.#silence(life, what);
    if (faults.strikes('provider-late')) {
      void this.#arrive(chance.between(timeoutMs, 3 * timeoutMs), act).catch(() => undefined);
      return this.#silence(life, what);
    }
    const slow = faults.strikes('provider-slow');
    const arrived = this.#arrive(chance.longTailed(1, slow ? 5_000 : 50), act);
    if (faults.strikes('provider-silent-after')) {
      arrived.catch(() => undefined);
      return this.#silence(life, what);
    }
    const result = await arrived;
    await step(this.world, life, 1, slow ? 4_000 : 50);
    return result;
  }

  async #silence(life: Life, what: string): Promise<never> {
    await step(this.world, life, timeoutMs, timeoutMs);
    throw new ProviderTimeout(`no answer to ${what}`);
  }

  /** What has been sent arrives, whatever happens to its sender. */
  #arrive<Result>(delayMs: number, act: () => Result): Promise<Result> {
    this.#underWay += 1;
    return new Promise((resolve, reject) => {
      this.world.schedule.after(delayMs, () => {
        this.#underWay -= 1;
        try {
          resolve(act());
        } catch (error) {
          reject(error as Error);
        }
      });
    });
  }

  #charge({ key, orderId, amount, token }: Charge): ChargeOutcome {
    const entry = this.#entry(key, orderId);
    if (entry.amount && entry.amount.amountMinor !== amount.amountMinor) {
      throw new Defect(`key ${key} was charged before with another amount`);
    }
    const standing = this.#standing(key);
    if (standing) return standing;
    entry.amount = amount;
    switch (token) {
      case 'tok_declined':
        entry.declined = true;
        break;
      case 'tok_pending':
        entry.settlesAt = this.world.schedule.now + this.world.chance.between(1_000, 600_000);
        break;
      default:
        this.#capture(entry);
    }
    this.onChange(entry, 'charged');
    return this.#standing(key)!;
  }

  #refund({ key, orderId }: ChargeReference): Money | null {
    const entry = this.#entry(key, orderId);
    this.#settle(entry);
    if (!entry.dead) {
      entry.dead = true;
      entry.settlesAt = null;
      entry.refundedMinor += entry.capturedMinor;
      entry.refundedAt = this.world.schedule.now;
      this.onChange(entry, 'refunded');
    }
    return entry.refundedMinor > 0 ? entry.amount : null;
  }

  #list({ from, to, after, limit }: Listing): LedgerPage {
    const all = [...this.ledger.values()];
    for (const entry of all) this.#settle(entry);
    const first = after === null ? 0 : all.findIndex(({ key }) => key === after) + 1;
    const listed = all
      .slice(first)
      .filter(({ madeAt }) => madeAt < to.getTime() && (from === null || madeAt >= from.getTime()));
    const page = listed.slice(0, limit);
    return {
      entries: page.map(({ key, orderId, amount, capturedMinor, refundedMinor, settlesAt, madeAt }) => ({
        key,
        orderId,
        captured: capturedMinor > 0 ? amount : null,
        refunded: refundedMinor > 0 ? amount : null,
        pending: settlesAt !== null,
        madeAt: new Date(madeAt),
      })),
      next: listed.length > limit ? page.at(-1)!.key : null,
    };
  }

  #standing(key: string): ChargeOutcome | undefined {
    const entry = this.ledger.get(key);
    if (!entry) return undefined;
    this.#settle(entry);
    if (entry.dead) return { kind: 'dead', refunded: entry.refundedMinor > 0 ? entry.amount : null };
    if (entry.captures > 0) return { kind: 'captured' };
    if (entry.declined) return { kind: 'declined', code: 'declined' };
    return entry.settlesAt === null ? undefined : { kind: 'pending' };
  }

  #settle(entry: LedgerEntry): void {
    if (entry.settlesAt === null || entry.settlesAt > this.world.schedule.now) return;
    entry.settlesAt = null;
    this.#capture(entry);
    this.onChange(entry, 'settled');
  }

  #capture(entry: LedgerEntry): void {
    entry.captures += 1;
    entry.capturedMinor += entry.amount!.amountMinor;
  }

  #entry(key: string, orderId: string): LedgerEntry {
    let entry = this.ledger.get(key);
    if (!entry) {
      entry = {
        key,
        orderId,
        amount: null,
        captures: 0,
        capturedMinor: 0,
        refundedMinor: 0,
        dead: false,
        declined: false,
        settlesAt: null,
        madeAt: this.world.schedule.now,
        refundedAt: null,
      };
      this.ledger.set(key, entry);
    }
    return entry;
  }
}
