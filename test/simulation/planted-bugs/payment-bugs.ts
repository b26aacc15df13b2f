import { ProviderTimeout } from '../../../apps/payment-service/src/provider/payment-provider.js';
import { payments } from '../../../apps/payment-service/src/persistence/payment.row.js';
import type { Parts } from '../services/parts.js';
import type { PlantedBug } from './planted-bug.js';
import { seeingOtherwise } from './tampering.js';

/** Refunds what was captured; a key of which nothing is known stays alive. */
const refundingOnlyWhatIsThere: Parts['provider'] = (provider) => ({
  charge: (charge) => provider.charge(charge),
  find: (key) => provider.find(key),
  list: (listing) => provider.list(listing),
  refund: async (charge) => ((await provider.find(charge.key)) ? provider.refund(charge) : null),
});

export const paymentBugs: readonly PlantedBug[] = [
  {
    name: 'no-tombstone-at-payment',
    what: 'A refund that comes before its payment is answered, and forgotten.',
    parts: {
      provider: refundingOnlyWhatIsThere,
      units: seeingOtherwise('refund-payment', (work) => ({
        insert: (table, row) => {
          if ((table as unknown) !== payments) work.insert(table, row);
        },
      })),
    },
  },
  {
    name: 'refund-without-dead-key',
    what: 'A refund leaves the key alive when nothing was captured yet.',
    parts: { provider: refundingOnlyWhatIsThere },
  },
  {
    name: 'timeout-taken-for-declined',
    what: 'A provider that does not answer in time counts as one that said no.',
    parts: {
      provider: (provider) => ({
        charge: async (charge) => {
          try {
            return await provider.charge(charge);
          } catch (error) {
            if (error instanceof ProviderTimeout) return { kind: 'declined', code: 'provider-timeout' };
            throw error;
          }
        },
        // The record says that there is nothing to undo, so nobody would ask for it.
        refund: async (charge) => {
          const standing = await provider.find(charge.key);
          return standing?.kind === 'captured' ? null : provider.refund(charge);
        },
        find: (key) => provider.find(key),
        list: (listing) => provider.list(listing),
      }),
    },
  },
];
