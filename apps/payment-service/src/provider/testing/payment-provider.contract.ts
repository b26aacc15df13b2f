import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Defect } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import { money } from '#libs/kernel/money.js';
import type { Charge, LedgerEntry, PaymentProvider } from '../payment-provider.js';

/** A provider, and what a test has to know of it that the port does not tell. */
export interface ProviderUnderTest {
  readonly provider: PaymentProvider;
  /** Tokens by what becomes of a charge with them. */
  readonly tokens: Readonly<Record<'captured' | 'declined' | 'pending' | 'silent', string>>;
  /** Order ids for the silent token: of a charge that is made all the same, and of one that is not. */
  readonly silence: { readonly captures: string; readonly doesNothing: string };
  /** Captured minus refunded, by the provider's own books. */
  kept(key: string): Promise<number>;
  /** Returns when pending charges made so far are settled. */
  settle(): Promise<void>;
  close?(): Promise<void>;
}

/** The promises of payment-provider.ts, one by one. */
export function describeProvider(name: string, setUp: () => Promise<ProviderUnderTest>): void {
  describe(`${name} as a payment provider`, () => {
    let under: ProviderUnderTest;

    beforeEach(async () => {
      under = await setUp();
    });
    afterEach(() => under.close?.());

    const amount = money(5998, 'USD');
    const chargeWith = (token: string, over: Partial<Charge> = {}): Charge => ({
      key: newId(),
      orderId: 'order-1',
      customerId: 'cust-1',
      amount,
      token,
      ...over,
    });

    it('captures the whole amount', async () => {
      const charge = chargeWith(under.tokens.captured);
      await expect(under.provider.charge(charge)).resolves.toEqual({ kind: 'captured' });
      await expect(under.kept(charge.key)).resolves.toBe(5998);
    });

    it('charges a key once, however often and at once it is asked', async () => {
      const charge = chargeWith(under.tokens.captured);
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => under.provider.charge(charge)));
      expect(outcomes).toEqual(outcomes.map(() => ({ kind: 'captured' })));
      await expect(under.kept(charge.key)).resolves.toBe(5998);
    });

    it('says the same of a declined charge when asked again', async () => {
      const charge = chargeWith(under.tokens.declined);
      const first = await under.provider.charge(charge);
      expect(first).toEqual({ kind: 'declined', code: 'declined' });
      await expect(under.provider.charge(charge)).resolves.toEqual(first);
      await expect(under.provider.find(charge.key)).resolves.toEqual(first);
      await expect(under.kept(charge.key)).resolves.toBe(0);
    });

    it('stands by its first decision when the key comes with another token', async () => {
      const charge = chargeWith(under.tokens.declined);
      const first = await under.provider.charge(charge);
      await expect(under.provider.charge({ ...charge, token: under.tokens.captured })).resolves.toEqual(
        first,
      );
    });

    it('refuses a key that was charged with another amount', async () => {
      const charge = chargeWith(under.tokens.captured);
      await under.provider.charge(charge);
      const other = { ...charge, amount: money(5999, 'USD') };
      await expect(under.provider.charge(other)).rejects.toThrow(Defect);
      await expect(under.kept(charge.key)).resolves.toBe(5998);
    });

    it('knows nothing of a key that nobody used', async () => {
      await expect(under.provider.find(newId())).resolves.toBeUndefined();
    });

    it('gives back everything, once, and says so again', async () => {
      const charge = chargeWith(under.tokens.captured);
      await under.provider.charge(charge);
      await expect(under.provider.refund(charge)).resolves.toEqual(amount);
      await expect(under.provider.refund(charge)).resolves.toEqual(amount);
      await expect(under.provider.find(charge.key)).resolves.toEqual({ kind: 'dead', refunded: amount });
      await expect(under.kept(charge.key)).resolves.toBe(0);
    });

    it('refuses a charge that comes after its refund', async () => {
      const charge = chargeWith(under.tokens.captured);
      await expect(under.provider.refund(charge)).resolves.toBeNull();
      await expect(under.provider.charge(charge)).resolves.toEqual({ kind: 'dead', refunded: null });
      await expect(under.provider.find(charge.key)).resolves.toEqual({ kind: 'dead', refunded: null });
      await expect(under.kept(charge.key)).resolves.toBe(0);
    });

    it('keeps nothing when charge and refund come at once', async () => {
      const charges = Array.from({ length: 20 }, () => chargeWith(under.tokens.captured));
      await Promise.all(
        charges.flatMap((charge, index) => {
          const both = [() => under.provider.charge(charge), () => under.provider.refund(charge)];
          return (index % 2 === 0 ? both : both.reverse()).map((call) => call());
        }),
      );
      for (const { key } of charges) await expect(under.kept(key)).resolves.toBe(0);
    });

    it('captures a pending charge later', async () => {
      const charge = chargeWith(under.tokens.pending);
      await expect(under.provider.charge(charge)).resolves.toEqual({ kind: 'pending' });
      await expect(under.provider.find(charge.key)).resolves.toEqual({ kind: 'pending' });
      await expect(under.kept(charge.key)).resolves.toBe(0);
      await under.settle();
      await expect(under.provider.find(charge.key)).resolves.toEqual({ kind: 'captured' });
      await expect(under.kept(charge.key)).resolves.toBe(5998);
      await expect(under.provider.charge(charge)).resolves.toEqual({ kind: 'captured' });
    });

    it('never captures a pending charge that was refunded', async () => {
      const charge = chargeWith(under.tokens.pending);
      await under.provider.charge(charge);
      await expect(under.provider.refund(charge)).resolves.toBeNull();
      await under.settle();
      await expect(under.provider.find(charge.key)).resolves.toEqual({ kind: 'dead', refunded: null });
      await expect(under.kept(charge.key)).resolves.toBe(0);
    });

    describe('listing its ledger', () => {
      const to = new Date('2100-01-01T00:00:00Z');
      const whole = { from: null, to, after: null, limit: 200 };

      /** Everything, in pages of a size. */
      const inPagesOf = async (limit: number, between: () => Promise<unknown> = async () => undefined) => {
        const entries: LedgerEntry[] = [];
        for (let after: string | null = null; ;) {
          const page = await under.provider.list({ ...whole, after, limit });
          expect(page.entries.length).toBeLessThanOrEqual(limit);
          entries.push(...page.entries);
          if (page.next === null) return entries;
          after = page.next;
          await between();
        }
      };

      it('shows what was captured, is pending and was given back', async () => {
        const [kept, back, pending] = [
          chargeWith(under.tokens.captured),
          chargeWith(under.tokens.captured),
          chargeWith(under.tokens.pending, { orderId: 'order-2' }),
        ];
        for (const charge of [kept, back, pending]) await under.provider.charge(charge);
        await under.provider.refund(back);
        const { entries, next } = await under.provider.list(whole);
        expect(next).toBeNull();
        const nothing = { captured: null, refunded: null, pending: false };
        const byKey = new Map(entries.map(({ madeAt: _, ...entry }) => [entry.key, entry]));
        expect([kept, back, pending].map(({ key }) => byKey.get(key))).toEqual([
          { ...nothing, key: kept.key, orderId: 'order-1', captured: amount },
          { ...nothing, key: back.key, orderId: 'order-1', captured: amount, refunded: amount },
          { ...nothing, key: pending.key, orderId: 'order-2', pending: true },
        ]);
        await under.settle();
        const later = await under.provider.list(whole);
        expect(later.entries.find(({ key }) => key === pending.key)).toMatchObject({
          captured: amount,
          pending: false,
        });
      });

      it('shows no money of a key that was declined, or killed before its charge', async () => {
        const [declined, killed] = [chargeWith(under.tokens.declined), chargeWith(under.tokens.captured)];
        await under.provider.charge(declined);
        await under.provider.refund(killed);
        for (const entry of (await under.provider.list(whole)).entries) {
          expect(entry).toMatchObject({ captured: null, refunded: null, pending: false });
        }
      });

      it.each([1, 2, 3, 7, 200])('leads through all of it in pages of %d, each key once', async (limit) => {
        const charges = Array.from({ length: 7 }, () => chargeWith(under.tokens.captured));
        for (const charge of charges) await under.provider.charge(charge);
        const keys = (await inPagesOf(limit)).map(({ key }) => key);
        expect(keys.toSorted()).toEqual(charges.map(({ key }) => key).toSorted());
      });

      it('is not put off by refunds between two pages', async () => {
        const charges = Array.from({ length: 6 }, () => chargeWith(under.tokens.captured));
        for (const charge of charges) await under.provider.charge(charge);
        const keys = await inPagesOf(2, () => Promise.all(charges.map((one) => under.provider.refund(one))));
        expect(keys.map(({ key }) => key).toSorted()).toEqual(charges.map(({ key }) => key).toSorted());
      });

      it('gives the same page again when it is asked again', async () => {
        for (let count = 0; count < 3; count++)
          await under.provider.charge(chargeWith(under.tokens.captured));
        const first = await under.provider.list({ ...whole, limit: 2 });
        const second = { ...whole, after: first.next, limit: 2 };
        expect(await under.provider.list(second)).toEqual(await under.provider.list(second));
      });

      it('keeps to the time that is asked about', async () => {
        const charge = chargeWith(under.tokens.captured);
        await under.provider.charge(charge);
        const [entry] = (await under.provider.list(whole)).entries;
        const keys = async (from: Date | null, until: Date) =>
          (await under.provider.list({ ...whole, from, to: until })).entries.map(({ key }) => key);
        const { madeAt } = entry!;
        const soon = new Date(madeAt.getTime() + 1);
        expect(await keys(madeAt, soon)).toEqual([charge.key]);
        expect(await keys(soon, to)).toEqual([]);
        expect(await keys(null, madeAt)).toEqual([]);
      });
    });

    it('ends a call whose signal is aborted, and says afterwards what it holds', async () => {
      const { captures, doesNothing } = under.silence;
      const made = chargeWith(under.tokens.silent, { orderId: captures });
      const ignored = chargeWith(under.tokens.silent, { orderId: doesNothing });
      const reason = new Error('enough');
      for (const charge of [made, ignored]) {
        await expect(
          abortedAfter(500, reason, (signal) => under.provider.charge(charge, signal)),
        ).rejects.toBe(reason);
      }
      await expect(under.provider.find(made.key)).resolves.toEqual({ kind: 'captured' });
      await expect(under.provider.find(ignored.key)).resolves.toBeUndefined();
    });
  });
}

async function abortedAfter<Result>(
  milliseconds: number,
  reason: Error,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(reason), milliseconds);
  try {
    return await call(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}
