import { describe, expect, it } from '@jest/globals';
import { Fault } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import { money } from '#libs/kernel/money.js';
import { InMemoryRunner } from '#libs/persistence/testing/in-memory-runner.js';
import type { LedgerPage, Listing } from '../payment-provider.js';
import { describeProvider } from '../testing/payment-provider.contract.js';
import { sandboxUnderTest } from '../testing/sandbox-under-test.js';
import { behaviourFor, capturesInSilence } from './sandbox-behaviour.js';
import { ledgerEntry } from './sandbox-charge.js';
import { sandboxCharges } from './sandbox-charge.row.js';
import { SandboxProvider } from './sandbox-provider.js';

/** The book in memory, in pages by key: the one on a database is tried out in test/integration/payments. */
const ledgerOf =
  (units: InMemoryRunner, now = () => new Date()) =>
  async ({ from, to, after, limit }: Listing): Promise<LedgerPage> => {
    const rows = units
      .rows(sandboxCharges)
      .filter(({ createdAt }) => (!from || createdAt >= from) && createdAt < to)
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .filter(({ key }) => after === null || key > after);
    const page = rows.slice(0, limit);
    return {
      entries: page.map((row) => ledgerEntry(row, now())),
      next: rows.length > limit ? page.at(-1)!.key : null,
    };
  };

const sandboxOn = (units: InMemoryRunner) => new SandboxProvider(units, ledgerOf(units));

describeProvider('the sandbox', async () => {
  let now = new Date('2026-01-01T00:00:00Z');
  const units = new InMemoryRunner({ clock: { now: () => now } });
  return sandboxUnderTest(
    units,
    ledgerOf(units, () => now),
    {
      settle: async () => {
        now = new Date(now.getTime() + 2_000);
      },
    },
  );
});

const chargeWith = (token: string | undefined) => ({
  key: newId(),
  orderId: 'order-1',
  customerId: 'cust-1',
  amount: money(2999, 'USD'),
  token,
});

describe('the sandbox', () => {
  it.each([
    ['tok_ok', { kind: 'captured' }],
    [undefined, { kind: 'captured' }],
    ['tok_declined', { kind: 'declined', code: 'declined' }],
    ['tok_insufficient_funds', { kind: 'declined', code: 'insufficient-funds' }],
    ['tok_pending', { kind: 'pending' }],
    ['tok_who_knows', { kind: 'declined', code: 'invalid-token' }],
  ])('does with %s as the token says', async (token, outcome) => {
    const sandbox = sandboxOn(new InMemoryRunner());
    await expect(sandbox.charge(chargeWith(token))).resolves.toEqual(outcome);
  });

  it('fails twice with tok_flaky, then works', async () => {
    const sandbox = sandboxOn(new InMemoryRunner());
    const charge = chargeWith('tok_flaky');
    await expect(sandbox.charge(charge)).rejects.toThrow(Fault);
    await expect(sandbox.find(charge.key)).resolves.toBeUndefined();
    await expect(sandbox.charge(charge)).rejects.toThrow(Fault);
    await expect(sandbox.charge(charge)).resolves.toEqual({ kind: 'captured' });
  });

  it('takes its time with tok_slow', () => {
    expect(behaviourFor('tok_slow', 'order-1')).toMatchObject({ delaySeconds: 3, answers: true });
  });

  it('charges about half of the orders that it keeps silent about, always the same ones', () => {
    const orders = Array.from({ length: 1_000 }, () => newId());
    const captured = orders.filter(capturesInSilence);
    expect(captured.length).toBeGreaterThan(400);
    expect(captured.length).toBeLessThan(600);
    expect(orders.filter(capturesInSilence)).toEqual(captured);
  });
});
