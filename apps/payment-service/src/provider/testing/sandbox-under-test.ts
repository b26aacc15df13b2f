import { read, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import type { LedgerPage, Listing } from '../payment-provider.js';
import { capturesInSilence } from '../sandbox/sandbox-behaviour.js';
import { sandboxCharges } from '../sandbox/sandbox-charge.row.js';
import { SandboxProvider } from '../sandbox/sandbox-provider.js';
import type { ProviderUnderTest } from './payment-provider.contract.js';

/** Order ids of either kind: for one the sandbox captures although it does not answer, for the other it does not. */
export const orderCharged = (captures: boolean): string => {
  for (let number = 1; ; number++) {
    const orderId = `order-${number}`;
    if (capturesInSilence(orderId) === captures) return orderId;
  }
};

export const keptBySandbox = (units: UnitOfWorkRunner, key: string): Promise<number> =>
  units.run({
    name: 'look-into-ledger',
    load: [read(sandboxCharges, key)],
    decide: (work) => {
      const row = work.find(sandboxCharges, key);
      return row ? row.capturedMinor - row.refundedMinor : 0;
    },
  });

/** The sandbox on a unit of work: the one in memory, or the one on a real database. */
export const sandboxUnderTest = (
  units: UnitOfWorkRunner,
  ledger: (listing: Listing) => Promise<LedgerPage>,
  rest: Pick<ProviderUnderTest, 'settle' | 'close'>,
): ProviderUnderTest => ({
  provider: new SandboxProvider(units, ledger),
  tokens: { captured: 'tok_ok', declined: 'tok_declined', pending: 'tok_pending', silent: 'tok_timeout' },
  silence: { captures: orderCharged(true), doesNothing: orderCharged(false) },
  kept: (key) => keptBySandbox(units, key),
  ...rest,
});
